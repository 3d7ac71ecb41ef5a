"""One command to several batches: what the list's selection holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from batches.commands import BATCH_COMMANDS, Command
from batches.consequences import OF_BATCHES
from batches.figures import outlines
from batches.listing import Wish, listed_batches, matching_batches
from batches.models import MigrationBatch
from batches.services import NotNow
from batches.words import KEPT
from core.bulk import go_to, tell
from core.confirm import Question, ask
from core.http import next_page
from core.queue import noticing_lost
from core.roles import administrators_only, signed_in_person
from core.selection import Selection
from core.states import StaleState


@require_POST
@administrators_only
def command_batches(request: HttpRequest, name: str) -> HttpResponse:
    """Give it to each that is selected, and tell of each that refuses. One with consequences asks first."""
    command, batches = BATCH_COMMANDS[name], _selected(Selection.of(request.POST))
    if command.asks and batches and not request.POST.get("sure"):
        return ask(request, _question(request, command, batches))
    if batches:
        _give(request, command, batches)
    else:
        messages.warning(request, _("Select one or more batches first."))
    return go_to(request, next_page(request, "batches:list"))


def _selected(selection: Selection) -> Sequence[MigrationBatch]:
    """By name."""
    if not selection.everything:
        return list(MigrationBatch.objects.filter(pk__in=selection.keys).order_by("name"))
    wish = Wish.of(selection.query)
    rows = outlines(listed_batches(deleted=wish.status == "deleted"), now=timezone.now())
    found = MigrationBatch.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk] for row in matching_batches(rows, wish) if row.pk in found]


def _question(request: HttpRequest, command: Command, batches: Sequence[MigrationBatch]) -> Question:
    """Those who are asked about now are those to whom it is done then, whatever else matches by that time."""
    back = next_page(request, "batches:list")
    return Question(
        *OF_BATCHES[command.name](batches),
        label=str(command.label),
        cancel=back,
        fields={"selected": ",".join(str(batch.pk) for batch in batches), "sure": "1", "next": back},
        dangerous=command.dangerous,
        form=command.more.form if command.more else "",
        more=command.more.tell(batches) if command.more else {},
    )


def _give(request: HttpRequest, command: Command, batches: Iterable[MigrationBatch]) -> None:
    done, refusals = [], []
    answers = command.more.read(request.POST) if command.more else {}
    with noticing_lost() as lost:
        for batch in batches:
            try:
                command.do(batch, by=signed_in_person(request), **answers)
                done.append(batch.name)
            except NotNow as refusal:
                refusals.append(refusal.sentence)
            except StaleState:
                refusals.append(_("%(name)s has just changed. Look again, then decide.") % {"name": batch})
    if len(done) == 1:
        messages.success(request, str(command.done) % {"name": done.pop()})
    tell(request, command.label, done, refusals)
    if lost:
        messages.warning(request, KEPT)
