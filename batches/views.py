"""The list of batches and the list of a batch's users, each with a details pane."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from batches.attention import attention_to
from batches.bulk_commands import offered
from batches.commands import BATCH_COMMANDS, batch_offers, user_offers
from batches.details import batch_details, progress_of
from batches.figures import BatchRow, batch_row, filled_in, outlines, overall
from batches.listing import USER_CONDITIONS, Wish, listed_batches, pick_batches, pick_users, users_without_secrets
from batches.models import MigrationBatch
from batches.pace import OFTEN, pace
from batches.states import WORKING, BatchStatus, UserStatus
from batches.user_details import user_details
from batches.verification.standing import is_open, standing_of, tally
from batches.wizard.drafts import unfinished
from core.http import render_page
from core.roles import downloaders_only, may_download, signed_in_person

MOST_LINES = 500  # of a report in one answer


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    context = _batches(request) | {"drafts": unfinished(signed_in_person(request))}
    return render_page(request, "batches/list.html", context, partial="batch-workspace")


@require_GET
def detail(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The list with the details of one batch beside it; of a deleted batch too, because its history stays."""
    row = _row(batch_id)
    context = _batches(request, row) | {
        "details": batch_details(row, timezone.now()),
        "offers": _offers(request, row),
        "attention": attention_to(row, timezone.now()),
        "verifications": tally(row.batch),
        "files": row.batch.files.defer("text"),
    }
    if context["verifications"].open:
        context["pace"] = OFTEN
    return render_page(request, "batches/list.html", context, partial="batch-workspace")


@require_GET
def users(request: HttpRequest, batch_id: int) -> HttpResponse:
    return render_page(request, "batches/users.html", _users(request, _row(batch_id)), partial="user-workspace")


@require_GET
def user(request: HttpRequest, batch_id: int, user_id: int) -> HttpResponse:
    """The list of users with everything that is known of one of them beside it."""
    found = get_object_or_404(users_without_secrets(), pk=user_id, batch=batch_id)
    row = _row(batch_id)
    found.batch = row.batch
    details = user_details(found, now=timezone.now(), with_subjects=may_download(signed_in_person(request)))
    offers = user_offers(found) if signed_in_person(request).is_administrator else []
    context = _users(request, row) | {"details": details, "user_offers": offers, "standing": standing_of(found)}
    return render_page(request, "batches/users.html", context, partial="user-workspace")


@require_GET
@downloaders_only
def user_log(request: HttpRequest, batch_id: int, user_id: int) -> HttpResponse:
    """The lines of a user's report that came ``after`` the one with this key, and what asks for the next ones."""
    mailbox = get_object_or_404(users_without_secrets(), pk=user_id, batch=batch_id)
    after = number if (number := request.GET.get("after", "")).isdecimal() and len(number) < 19 else "0"
    lines = list(mailbox.log.filter(pk__gt=after).order_by("pk")[:MOST_LINES])
    context = {
        "mailbox": mailbox,
        "lines": lines,
        "after": lines[-1].pk if lines else after,
        "often": mailbox.status in WORKING,
    }
    response = render(request, "batches/log_next.html", context)
    add_never_cache_headers(response)
    return response


def _row(batch_id: int) -> BatchRow:
    batches = MigrationBatch.objects.select_related("source", "target", "created_by")
    return batch_row(get_object_or_404(batches, pk=batch_id), now=timezone.now())


def _batches(request: HttpRequest, selected: BatchRow | None = None) -> dict[str, Any]:
    wish = Wish.of(request.GET)
    rows = outlines(listed_batches(deleted=wish.status == "deleted"), now=timezone.now())
    shown = rows
    if selected:  # which has just been counted: list and pane shall agree
        rows = [selected.outline if row.pk == selected.batch.pk else row for row in rows]
        shown = [*rows, selected.outline]
    page = pick_batches(rows, wish)
    return {
        "page": page,
        "rows": filled_in(page),
        "wish": wish,
        "overall": overall(rows),
        "statuses": BatchStatus.choices,
        "bulk_commands": BATCH_COMMANDS.values(),
        "selected": selected,
        "pace": pace(shown, timezone.now()),
    }


def _users(request: HttpRequest, row: BatchRow) -> dict[str, Any]:
    wish = Wish.of(request.GET)
    return {
        "page": pick_users(row.batch, wish),
        "wish": wish,
        "row": row,
        "offers": _offers(request, row),
        "attention": attention_to(row, timezone.now()),
        "progress": progress_of(row, timezone.now()),
        "may_select": signed_in_person(request).is_administrator and not row.batch.deleted_at,
        "bulk_commands": offered(row.batch),
        "statuses": [*UserStatus.choices, *((name, words) for name, (words, _) in USER_CONDITIONS.items())],
        "pace": OFTEN if is_open(row.batch) else pace([row.outline], timezone.now()),
    }


def _offers(request: HttpRequest, row: BatchRow) -> Any:
    return batch_offers(row) if signed_in_person(request).is_administrator else []
