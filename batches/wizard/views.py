"""The pages of the wizard that describes a new batch, one URL for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from batches.csv_import import sample_csv
from batches.csv_import.columns import COLUMNS, CsvType
from batches.models import BatchDraft
from batches.wizard import steps
from batches.wizard.draft_form import DraftForm
from batches.wizard.drafts import unfinished
from batches.wizard.endpoints import SIDES, EndpointsForm, begun_with
from batches.wizard.file import base_name, read_file
from batches.wizard.forms import FORMS, TypeForm
from batches.wizard.pages import CHANGE, address_of, is_change, leading_on, own_draft, show
from batches.wizard.steps import Step
from batches.wizard.users import UsersForm
from core.confirm import Question, ask
from core.downloads import download_octets, download_text
from core.http import see_other
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from endpoints.usage import with_usage

PREVIEWED_ROWS = 5


@require_http_methods(["GET", "POST"])
@administrators_only
def start(request: HttpRequest) -> HttpResponse:
    """The first step; a draft comes into being when it is answered."""
    begun = begun_with(BatchDraft(by=signed_in_person(request)), request.GET.get("endpoint", ""))
    form = fill_in(TypeForm, request, instance=begun)
    if request.method == "GET":
        return _show(request, steps.STEPS[0], form)
    return see_other(address_of(form.save(), steps.STEPS[1])) if form.is_valid() else refuse(request, form)


@require_http_methods(["GET", "POST"])
@administrators_only
@leading_on
def step(request: HttpRequest, draft_id: int, slug: str) -> HttpResponse:
    draft = own_draft(request, draft_id)
    if slug not in FORMS:
        raise Http404
    here = steps.step_named(slug)
    if not steps.may_open(draft, here):
        return see_other(address_of(draft, steps.first_open(draft)))
    form = fill_in(FORMS[slug], request, instance=draft)
    if isinstance(form, EndpointsForm):
        form.propose(request.GET.get("side", ""), request.GET.get("endpoint", ""))
        if (side := request.POST.get("new_endpoint")) in SIDES:
            return _describe_endpoint(request, form, here, side)
    if request.method == "GET":
        return _show(request, here, form)
    return _advance(request, here, form) if form.is_valid() else refuse(request, form)


def _advance(request: HttpRequest, here: Step, form: DraftForm) -> HttpResponse:
    draft, changing = form.save(), is_change(request)
    there = steps.on(draft, here, changing=changing) if form.leaves else here
    ends = there.slug == "summary" or not changing
    return see_other(address_of(draft, there) + ("" if ends else CHANGE))


def _describe_endpoint(request: HttpRequest, form: EndpointsForm, here: Step, side: str) -> HttpResponse:
    """Through the wizard for endpoints and back to this page."""
    form.keep_chosen()
    query = {"side": side} | ({"change": ""} if is_change(request) else {})
    waiting = f"{address_of(form.instance, here)}?{urlencode(query)}"
    return see_other(f"{reverse('endpoints:new')}?{urlencode({'next': waiting})}")


@require_GET
@administrators_only
@leading_on
def leave(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Changes nothing; says where to find again what has been answered so far."""
    own_draft(request, draft_id)
    messages.info(request, _("The draft is kept: you find it under “New migration batch”."))
    return see_other(reverse("batches:list"))


@require_http_methods(["GET", "POST"])
@administrators_only
@leading_on
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Says the consequence first."""
    draft = own_draft(request, draft_id)
    if request.method == "GET":
        title = _("Discard the draft %(name)s?") % {"name": draft.name or draft.csv_name or draft.get_type_display()}
        consequences = [_("Everything that was answered in it is gone then, passwords included.")]
        return ask(request, Question(title, consequences, _("Discard draft"), reverse("batches:wizard-start")))
    draft.delete()
    messages.success(request, _("The unfinished batch has been thrown away, and its CSV file with it."))
    return see_other(reverse("batches:wizard-start"))


@require_GET
@administrators_only
def sample(request: HttpRequest, migration_type: CsvType) -> StreamingHttpResponse:
    if migration_type not in COLUMNS:
        raise Http404
    return download_text([sample_csv(migration_type)], f"{migration_type}-sample.csv", kind="text/csv")


@require_GET
@administrators_only
def corrected(request: HttpRequest, draft_id: int) -> StreamingHttpResponse:
    """The kept file with everything put right that needs no person."""
    draft = own_draft(request, draft_id)
    data = read_file(draft).corrected
    if data is None:
        raise Http404
    return download_octets([data], f"{base_name(draft)}-corrected.csv", kind="text/csv; charset=utf-8")


def _show(request: HttpRequest, here: Step, form: DraftForm) -> HttpResponse:
    return show(request, form.instance, here, _CONTEXTS[here.slug](form), form)


def _users(form: DraftForm) -> dict[str, Any]:
    file = form.kept if isinstance(form, UsersForm) else None
    return {"file": file, "preview": file.rows[:PREVIEWED_ROWS] if file else ()}


_CONTEXTS: dict[str, Callable[[DraftForm], dict[str, Any]]] = {
    "type": lambda form: {"drafts": () if form.instance.pk else unfinished(form.instance.by)},
    "users": _users,
    "endpoints": lambda _form: {"endpoints": with_usage().order_by("name")},
    "configuration": lambda _form: {},
    "start": lambda _form: {},
}
