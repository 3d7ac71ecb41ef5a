"""One command to several mailboxes of a batch: what the selection of its list holds."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from batches import services
from batches.bulk_commands import BULK_USER_COMMANDS, BulkCommand
from batches.consequences import OF_USERS
from batches.listing import Wish, wished_users
from batches.models import MigrationBatch
from batches.services import NotNow
from batches.words import KEPT
from core.bulk import go_to
from core.confirm import Question, ask
from core.http import next_page, render_page
from core.queue import noticing_lost
from core.roles import administrators_only, signed_in_person
from core.selection import Selection

MOST_KEYS = 50_000  # mailboxes of one batch: no IMAP batch has more


@require_POST
@administrators_only
def command_users(request: HttpRequest, batch_id: int, name: str) -> HttpResponse:
    """Give it to all that are selected, and tell how many took it and why the others did not. One with consequences asks first."""
    batch, command = get_object_or_404(MigrationBatch, pk=batch_id), BULK_USER_COMMANDS[name]
    keys = _selected(request, batch)
    if command.asks and keys and not request.POST.get("sure"):
        return ask(request, _question(request, command, batch, keys))
    if keys:
        _give(request, command, batch, keys)
    else:
        messages.warning(request, _("Select one or more mailboxes first."))
    return _back(request, batch)


@require_POST
@administrators_only
def move_users(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Asks for the other batch first."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    keys, destination = _selected(request, batch), request.POST.get("destination", "")
    if not keys:
        messages.warning(request, _("Select one or more mailboxes first."))
        return _back(request, batch)
    if not destination.isdecimal():
        return _ask_where(request, batch, keys)
    try:
        outcome, other = services.move_to_batch(batch, keys, int(destination[:18]), by=signed_in_person(request))
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return _back(request, batch)
    words = ngettext(
        "%(number)s mailbox has been moved to %(name)s.",
        "%(number)s mailboxes have been moved to %(name)s.",
        outcome.done,
    )
    _tell(request, "move", outcome, words % {"number": outcome.done, "name": other.name})
    return _back(request, batch)


def _selected(request: HttpRequest, batch: MigrationBatch) -> Sequence[int]:
    """In the order of work."""
    selection = Selection.of(request.POST)
    if not selection.everything:
        return sorted(selection.keys)[:MOST_KEYS]
    return list(wished_users(batch, Wish.of(selection.query)).values_list("pk", flat=True)[:MOST_KEYS])


def _fields(request: HttpRequest, batch: MigrationBatch, keys: Sequence[int]) -> dict[str, str]:
    """Those who are asked about now are those whom it is done to then, whoever else matches by that time."""
    return {"selected": ",".join(map(str, keys)), "sure": "1", "next": _list_of(request, batch)}


def _question(request: HttpRequest, command: BulkCommand, batch: MigrationBatch, keys: Sequence[int]) -> Question:
    fields = _fields(request, batch, keys)
    return Question(
        *OF_USERS[command.name](batch, len(keys)),
        label=_("Delete") if command.dangerous else _("Stop"),
        cancel=fields["next"],
        fields=fields,
        dangerous=command.dangerous,
    )


def _ask_where(request: HttpRequest, batch: MigrationBatch, keys: Sequence[int]) -> HttpResponse:
    fields = _fields(request, batch, keys)
    context = {
        "batch": batch,
        "number": len(keys),
        "destinations": services.destinations(batch),
        "fields": fields,
        "cancel": fields["next"],
        "action": request.path,
    }
    return render_page(request, "batches/move.html", context, partial="move-dialog")


def _give(request: HttpRequest, command: BulkCommand, batch: MigrationBatch, keys: Sequence[int]) -> None:
    try:
        with noticing_lost() as lost:
            outcome = command.do(batch, keys, by=signed_in_person(request))
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return
    _tell(request, command.name, outcome, command.said(outcome.done))
    if lost:
        messages.warning(request, KEPT)


def _tell(request: HttpRequest, command: str, outcome: services.Outcome, sentence: str) -> None:
    if outcome.done:
        messages.success(request, sentence)
    for refused in services.refusals(command, outcome):
        messages.warning(request, refused)
    if not outcome.done and not outcome.refused:
        messages.info(request, _("None of these mailboxes is in the batch any more."))


def _back(request: HttpRequest, batch: MigrationBatch) -> HttpResponse:
    return go_to(request, _list_of(request, batch))


def _list_of(request: HttpRequest, batch: MigrationBatch) -> str:
    return next_page(request, resolve_url("batches:users", batch.pk))
