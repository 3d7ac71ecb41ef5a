"""The list of the domains whose mail moves, the page of one, and what can be done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.confirm import ask
from core.http import next_page, render_page, see_other
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from domains import services
from domains.asking import ask_now
from domains.forms import SourceHostsForm
from domains.listing import domain_rows, figures_of
from domains.models import CheckKind, Domain
from domains.removal import removal
from domains.standing import is_being_asked, newest_report, seems_unheard, status_of

CHECKS_SHOWN = 20
SOON, LATER = 2, 15  # seconds after which a page asks again, while workers ask and while somebody waits for the DNS


@require_GET
def domain_list(request: HttpRequest) -> HttpResponse:
    return render_page(request, "domains/list.html", {"domains": domain_rows()}, partial="domain-table")


@require_GET
def detail(request: HttpRequest, domain_id: int) -> HttpResponse:
    domain = get_object_or_404(Domain.objects.select_related("added_by"), pk=domain_id)
    asking = is_being_asked(domain)
    context = {
        "domain": domain,
        "status": status_of(domain),
        "figures": figures_of(domain.name),
        "report": newest_report(domain),
        "checks": domain.checks.filter(kind=CheckKind.VERIFICATION)[:CHECKS_SHOWN],
        "asking": asking,
        "unheard": seems_unheard(domain, timezone.now()),
        "pace": SOON if asking else LATER if not domain.is_verified else None,
    }
    return render_page(request, "domains/detail.html", context, partial="domain-news")


@require_POST
@administrators_only
def check(request: HttpRequest, domain_id: int) -> HttpResponse:
    domain = get_object_or_404(Domain, pk=domain_id)
    ask_now(request, domain)
    return see_other(next_page(request, reverse("domains:detail", args=[domain.pk])))


@require_http_methods(["GET", "POST"])
@administrators_only
def source_hosts(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Correct which mail servers the domain's mail came to before the change."""
    domain = get_object_or_404(Domain, pk=domain_id)
    form = fill_in(SourceHostsForm, request, domain=domain)
    if request.method == "GET":
        return render(request, "domains/source_hosts.html", {"domain": domain, "form": form})
    if not form.is_valid():
        return refuse(request, form)
    services.name_source_hosts(domain, form.cleaned_data["hosts"], by=signed_in_person(request))
    messages.success(
        request, _("The mail servers of the old system are saved. What was seen is judged by them from now on.")
    )
    return see_other(reverse("domains:detail", args=[domain.pk]))


@require_http_methods(["GET", "POST"])
@administrators_only
def remove(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Says the consequence first: a dialog for htmx, a page otherwise."""
    domain = get_object_or_404(Domain, pk=domain_id)
    if request.method == "GET":
        return ask(request, removal(domain))
    services.remove_domain(domain, by=signed_in_person(request))
    messages.success(request, _("%(domain)s has been removed.") % {"domain": domain.shown})
    return see_other(reverse("domains:list"))
