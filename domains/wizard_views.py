"""The wizard that adds a domain and proves that it is ours, one URL for each step. It ends there and never touches the MX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.http import render_page, see_other
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from domains import services, wizard
from domains.asking import ask_now
from domains.forms import NameForm, RecordForm
from domains.models import Domain
from domains.standing import is_being_asked, newest_report, seems_unheard

SOON, LATER = 2, 15  # seconds after which a page asks again, while workers ask and while somebody waits for the DNS


@require_http_methods(["GET", "POST"])
@administrators_only
def new(request: HttpRequest) -> HttpResponse:
    """The first step. The domain comes into being when it is answered."""
    form = fill_in(NameForm, request, initial={"name": request.GET.get("name", "")})
    if request.method == "POST":
        return _add(request, form.cleaned_data["name"]) if form.is_valid() else refuse(request, form)
    response = render(request, "domains/wizard/name.html", _context(None, wizard.NAME) | {"form": form})
    add_never_cache_headers(response)
    return response


def _add(request: HttpRequest, name: str) -> HttpResponse:
    was_there = Domain.objects.filter(name=name).exists()
    domain = services.add_domain(name, by=signed_in_person(request))
    if was_there:
        messages.info(request, _("%(domain)s is there already.") % {"domain": domain.shown})
    step = wizard.VERIFICATION if domain.is_verified else wizard.HOST
    return see_other(_address_of(domain, step))


@require_http_methods(["GET", "POST"])
@administrators_only
def setup(request: HttpRequest, domain_id: int, slug: str) -> HttpResponse:
    """One of the steps of a domain that is there."""
    domain = get_object_or_404(Domain, pk=domain_id)
    if slug not in PAGES:
        raise Http404
    return PAGES[slug](request, domain)


def _host(request: HttpRequest, domain: Domain) -> HttpResponse:
    """Whose instructions, and which record."""
    form = fill_in(RecordForm, request, domain=domain)
    if request.method == "POST":
        if not form.is_valid():
            return refuse(request, form)
        services.choose_record(domain, **form.cleaned_data)
        return see_other(_address_of(domain, wizard.RECORD))
    pace = SOON if is_being_asked(domain) and not seems_unheard(domain, timezone.now()) else None
    found = wizard.host_with(domain.found_host)
    context = _context(domain, wizard.HOST) | {"form": form, "found": found, "pace": pace}
    return render_page(request, "domains/wizard/host.html", context, partial="dns-host")


def _record(request: HttpRequest, domain: Domain) -> HttpResponse:
    """The exact record and where it goes; then "Done, verify now"."""
    if request.method == "POST":
        return _verify(request, domain)
    context = _context(domain, wizard.RECORD) | {"instructions": wizard.instructions(domain)}
    response = render(request, "domains/wizard/record.html", context)
    add_never_cache_headers(response)
    return response


def _verification(request: HttpRequest, domain: Domain) -> HttpResponse:
    """What the name servers answered. It asks again by itself until the record is seen, or at once when told to."""
    if request.method == "POST":
        return _verify(request, domain)
    asking = is_being_asked(domain)
    context = _context(domain, wizard.VERIFICATION) | {
        "asking": asking,
        "unheard": seems_unheard(domain, timezone.now()),
        "report": newest_report(domain),
        "pace": SOON if asking else LATER if not domain.is_verified else None,
    }
    return render_page(request, "domains/wizard/verification.html", context, partial="verification-workspace")


def _verify(request: HttpRequest, domain: Domain) -> HttpResponse:
    """The workers ask, and the page that follows waits for them."""
    ask_now(request, domain)
    return see_other(_address_of(domain, wizard.VERIFICATION))


def _address_of(domain: Domain, step: wizard.Step) -> str:
    return reverse("domains:setup", args=[domain.pk, step.slug])


def _context(domain: Domain | None, here: wizard.Step) -> dict[str, Any]:
    return {"domain": domain, "here": here, "rail": wizard.rail(domain, here)}


PAGES: Mapping[str, Callable[[HttpRequest, Domain], HttpResponse]] = {
    wizard.HOST.slug: _host,
    wizard.RECORD.slug: _record,
    wizard.VERIFICATION.slug: _verification,
}
