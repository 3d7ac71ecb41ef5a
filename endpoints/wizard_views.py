"""The pages of the wizard that describes a new endpoint, one URL for each step."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.confirm import Question, ask
from core.http import see_other, wanted_page
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from endpoints import wizard
from endpoints.forms import DEFAULT_PORTS, AccountForm, ConnectionForm, TypeForm
from endpoints.models import EndpointDraft, MigrationEndpoint
from endpoints.settings_form import SettingsForm
from endpoints.sign_in import TEMPLATES
from endpoints.wizard import Step

MAX_ADDRESS = 500  # what a draft keeps of the page that waits for it


@require_http_methods(["GET", "POST"])
@administrators_only
def new(request: HttpRequest) -> HttpResponse:
    """The first step; a draft comes into being when it is answered."""
    begun = EndpointDraft(by=signed_in_person(request), return_to=wanted_page(request)[:MAX_ADDRESS])
    form = fill_in(TypeForm, request, instance=begun)
    if request.method == "POST":
        return see_other(_address_of(form.save(), wizard.STEPS[1])) if form.is_valid() else refuse(request, form)
    drafts = EndpointDraft.objects.filter(by=signed_in_person(request)).order_by("-changed_at")
    return _show(request, form, wizard.STEPS[0], drafts=drafts)


@require_http_methods(["GET", "POST"])
@administrators_only
def step(request: HttpRequest, draft_id: int, slug: str) -> HttpResponse:
    if slug not in wizard.SLUGS:
        raise Http404
    here = wizard.step_named(slug)
    try:
        return _step(request, _own_draft(request, draft_id), here)
    except EndpointDraft.DoesNotExist:
        if request.method == "GET" or EndpointDraft.objects.filter(pk=draft_id).exists():
            raise Http404 from None
        return _created_before(request)


def _created_before(request: HttpRequest) -> HttpResponse:
    """The button was pressed twice, or in two windows. The form has sent the name, for the draft that had it is gone."""
    sentence = _("This description is finished: its endpoint has been created, or it was thrown away.")
    if endpoint := MigrationEndpoint.objects.filter(name=request.POST.get("name", "").strip()).first():
        sentence = _("%(name)s has been created already.") % {"name": endpoint.name}
    messages.info(request, sentence)
    return see_other(reverse("endpoints:detail", args=[endpoint.pk]) if endpoint else reverse("endpoints:list"))


def _step(request: HttpRequest, draft: EndpointDraft, here: Step) -> HttpResponse:
    if not wizard.may_open(draft, here):
        return see_other(_address_of(draft, wizard.first_open(draft)))
    if request.method == "POST" and request.POST.get("action") == "trust":
        return _trust(draft, here)
    form = fill_in(here.form, request, instance=draft)
    if request.method == "POST":
        return _advance(request, form, here) if form.is_valid() else refuse(request, form)
    if form.errors:  # the page shows what was written, which is not what was tested
        wizard.forget_old_test(draft, form.changed_data)
    return _show(request, form, here)


def _own_draft(request: HttpRequest, draft_id: int) -> EndpointDraft:
    """Others' drafts do not exist."""
    return EndpointDraft.objects.get(pk=draft_id, by=signed_in_person(request))


def _address_of(draft: EndpointDraft, step: Step) -> str:
    return reverse("endpoints:wizard", args=[draft.pk, step.slug])


def _show(request: HttpRequest, form: SettingsForm, here: Step, **context: object) -> HttpResponse:
    draft = form.instance
    context |= {
        "form": form,
        "draft": draft,
        "here": here,
        "rail": wizard.rail(draft),
        "templates": TEMPLATES,
        "before": wizard.before(here),
    }
    response = render(request, f"endpoints/wizard/{here.slug}.html", context)
    add_never_cache_headers(response)
    return response


def _advance(request: HttpRequest, form: SettingsForm, here: Step) -> HttpResponse:
    """Keep what was written, do what this step is for, and go where that leads."""
    draft = form.instance
    if here.slug == "general":
        endpoint = wizard.create_endpoint(draft, form.changes(), by=signed_in_person(request))
        waiting = f"?{urlencode({'next': draft.return_to})}" if draft.return_to else ""
        return see_other(reverse("endpoints:created", args=[endpoint.pk]) + waiting)
    wizard.keep(draft, form.changes())
    if here.slug == "account":
        wizard.suggest_server(draft)
    if here.slug == "connection" and not _tested(draft, request.POST.get("action", "")):
        return see_other(_address_of(draft, here))
    return see_other(_address_of(draft, wizard.after(here)))


def _tested(draft: EndpointDraft, action: str) -> bool:
    """Whether the wizard may go on: the test passed, or somebody decided to do without."""
    if action == "skip":
        wizard.skip_test(draft)
        return True
    return wizard.try_connection(draft)


def _trust(draft: EndpointDraft, here: Step) -> HttpResponse:
    passed = wizard.trust_shown_certificate(draft)
    return see_other(_address_of(draft, wizard.after(here) if passed else here))


@require_http_methods(["GET", "POST"])
@administrators_only
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Says the consequence first."""
    draft = get_object_or_404(EndpointDraft, pk=draft_id, by=signed_in_person(request))
    if request.method == "GET":
        title = _("Discard the draft %(name)s?") % {"name": draft.name or draft.server or draft.get_type_display()}
        consequences = [_("Everything that was answered in it is gone then, passwords included.")]
        return ask(request, Question(title, consequences, _("Discard draft"), reverse("endpoints:list")))
    draft.delete()
    messages.success(request, _("The unfinished endpoint has been thrown away."))
    return see_other(reverse("endpoints:list"))


@require_GET
@administrators_only
def sign_in_preview(request: HttpRequest) -> HttpResponse:
    """The sentence below the sign-in fields, for what is written in them now. Passwords are not among them."""
    return render(request, "endpoints/includes/sign_in_fields.html#sign-in-preview", {"form": AccountForm(request.GET)})


@require_GET
@administrators_only
def port_field(request: HttpRequest) -> HttpResponse:
    """The port, following the encryption as long as nobody has written another."""
    port, defaults = request.GET.get("port", ""), {str(port) for port in DEFAULT_PORTS.values()}
    if port in {"", *defaults}:
        port = str(DEFAULT_PORTS.get(request.GET.get("security", ""), 993))
    return render(
        request, "endpoints/includes/server_fields.html#port-field", {"form": ConnectionForm(initial={"port": port})}
    )
