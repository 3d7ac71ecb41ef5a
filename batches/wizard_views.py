"""The pages of the wizard that describes a new batch, one URL for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from batches import wizard
from batches.csv_import import sample_csv
from batches.csv_import.columns import COLUMNS, CsvType
from batches.models import BatchDraft
from batches.queue import noticing_lost
from batches.services import NotNow
from batches.wizard import Step
from batches.wizard_checks import obstacles, remarks
from batches.wizard_draft import DraftForm
from batches.wizard_endpoints import SIDES, EndpointsForm, begun_with
from batches.wizard_file import base_name, read_file
from batches.wizard_forms import FORMS, TypeForm
from batches.wizard_users import UsersForm
from batches.words import KEPT
from core.http import see_other
from core.models import Person
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from endpoints.usage import with_usage

PREVIEWED_ROWS = 5
CHANGE = "?change"  # of one answer: back to all of them afterwards


@require_http_methods(["GET", "POST"])
@administrators_only
def start(request: HttpRequest) -> HttpResponse:
    """The first step; a draft comes into being when it is answered."""
    begun = begun_with(BatchDraft(by=signed_in_person(request)), request.GET.get("endpoint", ""))
    form = fill_in(TypeForm, request, instance=begun)
    if request.method == "GET":
        return _show(request, form.instance, wizard.STEPS[0], form)
    return see_other(_address_of(form.save(), wizard.STEPS[1])) if form.is_valid() else refuse(request, form)


@require_http_methods(["GET", "POST"])
@administrators_only
def step(request: HttpRequest, draft_id: int, slug: str) -> HttpResponse:
    draft = _own_draft(request, draft_id)
    if slug not in FORMS:
        raise Http404
    here = wizard.step_named(slug)
    if not wizard.may_open(draft, here):
        return see_other(_address_of(draft, wizard.first_open(draft)))
    form = fill_in(FORMS[slug], request, instance=draft)
    if isinstance(form, EndpointsForm):
        form.propose(request.GET.get("side", ""), request.GET.get("endpoint", ""))
        if (side := request.POST.get("new_endpoint")) in SIDES:
            return _describe_endpoint(request, form, here, side)
    if request.method == "GET":
        return _show(request, draft, here, form)
    return _advance(request, here, form) if form.is_valid() else refuse(request, form)


def _advance(request: HttpRequest, here: Step, form: DraftForm) -> HttpResponse:
    draft, changing = form.save(), is_change(request)
    there = wizard.on(draft, here, changing=changing) if form.leaves else here
    ends = there.slug == "summary" or not changing
    return see_other(_address_of(draft, there) + ("" if ends else CHANGE))


def _describe_endpoint(request: HttpRequest, form: EndpointsForm, here: Step, side: str) -> HttpResponse:
    """Through the wizard for endpoints and back to this page."""
    form.keep_chosen()
    query = {"side": side} | ({"change": ""} if is_change(request) else {})
    waiting = f"{_address_of(form.instance, here)}?{urlencode(query)}"
    return see_other(f"{reverse('endpoints:new')}?{urlencode({'next': waiting})}")


def is_change(request: HttpRequest) -> bool:
    """Whether one answer is changed, and all of them are to be looked at again afterwards."""
    return "change" in request.GET


@require_http_methods(["GET", "POST"])
@administrators_only
def summary(request: HttpRequest, draft_id: int) -> HttpResponse:
    """GET shows all answers and whatever keeps them from becoming a batch, POST makes it one."""
    if request.method == "POST":
        return _create(request, draft_id)
    draft = _own_draft(request, draft_id)
    here = wizard.STEPS[-1]
    if not wizard.may_open(draft, here):
        return see_other(_address_of(draft, wizard.first_open(draft)))
    return _show(request, draft, here)


def _create(request: HttpRequest, draft_id: int) -> HttpResponse:
    try:
        with noticing_lost() as lost:
            batch = wizard.create_batch(draft_id, by=signed_in_person(request))
    except BatchDraft.DoesNotExist:
        return see_other(reverse("batches:list"))  # the button was pressed twice: the batch is there already
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return see_other(reverse("batches:wizard-summary", args=[draft_id]))
    number = batch.users.count()
    sentence = ngettext(
        "The batch %(name)s has been created with %(number)s mailbox.",
        "The batch %(name)s has been created with %(number)s mailboxes.",
        number,
    )
    messages.success(request, sentence % {"name": batch.name, "number": number})
    if lost:
        messages.warning(request, KEPT)
    return see_other(reverse("batches:detail", args=[batch.pk]))


@require_GET
@administrators_only
def leave(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Changes nothing; says where to find again what has been answered so far."""
    _own_draft(request, draft_id)
    messages.info(request, _("The draft is kept: you find it under “New migration batch”."))
    return see_other(reverse("batches:list"))


@require_POST
@administrators_only
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    _own_draft(request, draft_id).delete()
    messages.success(request, _("The unfinished batch has been thrown away, and its CSV file with it."))
    return see_other(reverse("batches:wizard-start"))


@require_GET
@administrators_only
def sample(request: HttpRequest, migration_type: CsvType) -> HttpResponse:
    if migration_type not in COLUMNS:
        raise Http404
    return _file(sample_csv(migration_type).encode(), f"{migration_type}-sample.csv")


@require_GET
@administrators_only
def corrected(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The kept file with everything put right that needs no person."""
    draft = _own_draft(request, draft_id)
    data = read_file(draft).corrected
    if data is None:
        raise Http404
    return _file(data, f"{base_name(draft)}-corrected.csv")


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    add_never_cache_headers(response)
    return response


def _own_draft(request: HttpRequest, draft_id: int) -> BatchDraft:
    """Others' drafts do not exist. The file, large and secret, is only read where it is asked for."""
    drafts = BatchDraft.objects.select_related("source", "target", "by", "takes_from").defer("csv")
    return get_object_or_404(drafts, pk=draft_id, by=signed_in_person(request))


def _address_of(draft: BatchDraft, step: Step) -> str:
    return reverse("batches:wizard-step", args=[draft.pk, step.slug])


def _show(request: HttpRequest, draft: BatchDraft, here: Step, form: DraftForm | None = None) -> HttpResponse:
    context = {
        "form": form,
        "draft": draft,
        "here": here,
        "back": _back(request, draft, here),
        "change": CHANGE if is_change(request) else "",
        "rail": [
            (step, draft.pk is not None and wizard.may_open(draft, step), step.done(draft)) for step in wizard.STEPS
        ],
        **_CONTEXTS[here.slug](draft, form),
    }
    response = render(request, f"batches/wizard/{here.slug}.html", context)
    add_never_cache_headers(response)
    return response


def _back(request: HttpRequest, draft: BatchDraft, here: Step) -> str:
    before = wizard.STEPS[-1] if is_change(request) else wizard.before(here)
    return _address_of(draft, before) if before and draft.pk else ""


def _users(_draft: BatchDraft, form: DraftForm | None) -> dict[str, Any]:
    file = form.kept if isinstance(form, UsersForm) else None
    return {"file": file, "preview": file.rows[:PREVIEWED_ROWS] if file else ()}


def _summary(draft: BatchDraft, _form: DraftForm | None) -> dict[str, Any]:
    file = read_file(draft)
    return {"obstacles": list(obstacles(draft, file, now=timezone.now())), "remarks": list(remarks(draft, file))}


_CONTEXTS: dict[str, Callable[[BatchDraft, DraftForm | None], dict[str, Any]]] = {
    "type": lambda draft, _form: {"drafts": () if draft.pk else unfinished(draft.by)},
    "users": _users,
    "endpoints": lambda _draft, _form: {"endpoints": with_usage().order_by("name")},
    "configuration": lambda _draft, _form: {},
    "start": lambda _draft, _form: {},
    "summary": _summary,
}


def unfinished(person: Person) -> QuerySet[BatchDraft]:
    return BatchDraft.objects.filter(by=person, adds_to=None).defer("csv").order_by("-changed_at")
