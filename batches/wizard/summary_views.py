"""The wizard's last page: all answers, what they will do, and whether the first mailbox opens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from batches.csv_import import CsvRow
from batches.models import BatchDraft, MigrationBatch
from batches.services import NotNow
from batches.wizard import steps
from batches.wizard.checks import obstacles, remarks
from batches.wizard.effects import effects
from batches.wizard.file import read_file
from batches.wizard.pages import IS_FINISHED, address_of, leading_on, own_draft, show
from batches.wizard.pre_check import check_now, claim, is_claimed, last_check
from batches.words import KEPT
from core.http import is_htmx, see_other
from core.queue import noticing_lost
from core.roles import administrators_only, signed_in_person

HERE = steps.STEPS[-1]


@require_http_methods(["GET", "POST"])
@administrators_only
@leading_on
def summary(request: HttpRequest, draft_id: int) -> HttpResponse:
    """GET shows all answers and whatever keeps them from becoming a batch, POST makes it one."""
    if request.method == "POST":
        return _create(request, draft_id)
    draft = own_draft(request, draft_id)
    if not steps.may_open(draft, HERE):
        return see_other(address_of(draft, steps.first_open(draft)))
    return show(request, draft, HERE, _context(draft))


def _context(draft: BatchDraft) -> dict[str, Any]:
    file = read_file(draft)
    found = list(obstacles(draft, file, now=timezone.now()))
    tried = {} if found else _pre_check(draft, file.rows[0])
    return {"obstacles": found, "remarks": list(remarks(draft, file)), "effects": effects(draft, file), **tried}


def _pre_check(draft: BatchDraft, first: CsvRow) -> dict[str, Any]:
    return {"first": first, "pre_check": last_check(draft, first), "untried": not is_claimed(draft, first)}


@require_POST
@administrators_only
def pre_check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Try the first mailbox. What the page does by itself, it does once; a person may try again."""
    draft = own_draft(request, draft_id)
    rows = read_file(draft).rows
    if not rows or not steps.may_open(draft, HERE):
        return see_other(address_of(draft, steps.first_open(draft)))
    if "by_itself" not in request.POST or claim(draft, rows[0]):
        check_now(draft, rows[0], by=signed_in_person(request))
    if not is_htmx(request):
        return see_other(address_of(draft, HERE))
    context = {"draft": draft, **_pre_check(draft, rows[0])}
    return render(request, "batches/wizard/includes/pre_check.html", context)


def _created_before(request: HttpRequest) -> HttpResponse:
    """The button was pressed twice, or in two windows. The page has sent the name, for the draft that had it is gone."""
    alive = MigrationBatch.objects.filter(created_by=signed_in_person(request), deleted_at=None)
    if batch := alive.filter(name=request.POST.get("name", "")).first():
        messages.info(request, _("%(name)s has been created already.") % {"name": batch.name})
        return see_other(reverse("batches:detail", args=[batch.pk]))
    messages.info(request, IS_FINISHED)
    return see_other(reverse("batches:list"))


def _create(request: HttpRequest, draft_id: int) -> HttpResponse:
    try:
        with noticing_lost() as lost:
            batch = steps.create_batch(draft_id, by=signed_in_person(request))
    except BatchDraft.DoesNotExist:
        return _created_before(request)
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
