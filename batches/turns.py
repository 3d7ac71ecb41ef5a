"""A worker's turn: it takes one mailbox after the other for as long as it may keep its place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from batches import endings, leases, log
from batches.endings import Ending, settle
from batches.keeper import shutting_down
from batches.leases import RELEASED, Lease, LeaseLost, Refusal, hold
from batches.models import MigrationUser
from batches.passing import pass_on
from batches.progress import Progress
from batches.reconcile import nudge_due
from batches.removal import finish_removal
from batches.states import UserStatus
from batches.sync import Work, work_through
from batches.throughput import Meter

logger = logging.getLogger(__name__)

# Seconds after which a place is given back. Most incremental syncs take milliseconds, much less than it takes to find
# out whose turn it is, and small mailboxes not much more; and yet other batches do not wait long, and a lowered limit
# is soon kept: sooner than where one mailbox takes its whole slice.
TURN = 10.0
FEW = 50  # lines after which a first copy's report is looked at whether it has become too long


@dataclass(frozen=True, slots=True)
class _Turn:
    """``over``: when it is, by ``monotonic``. The meter is one for all its mailboxes, which are of one batch."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    over: float
    meter: Meter


def take_turn(user_id: int, *, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
    """Work on a user's mailbox for a slice, then on others of its batch that are due, until the turn is over.

    Does nothing if the user may not be worked on now. ``monotonic`` gives seconds from any start.
    """
    lease = leases.take(user_id, now())
    if isinstance(lease, Refusal):
        logger.debug("User %s is not taken: %s", user_id, lease.code)
        return
    user = MigrationUser.objects.select_related("batch__source", "batch__target").get(pk=user_id)
    turn = _Turn(now, monotonic, monotonic() + TURN, Meter(user.batch_id))
    taken: tuple[MigrationUser, Lease] | None = user, lease
    while taken:
        taken = _slice(*taken, turn)
    turn.meter.save()
    finish_removal(user.batch, now())
    nudge_due(now())


def _slice(user: MigrationUser, lease: Lease, turn: _Turn) -> tuple[MigrationUser, Lease] | None:
    """Who comes next in this turn, if anybody."""
    progress = Progress(user, turn.now, turn.monotonic, turn.meter)
    work = Work(user, lease, progress, turn.now, turn.monotonic)
    try:
        ending = work_through(work)
        goes_on = ending.status == UserStatus.SYNCED and turn.monotonic() < turn.over and not shutting_down.is_set()
        return _end(work, ending, goes_on=goes_on)
    except LeaseLost:
        logger.warning("User %s was given to somebody else; what this worker knew of it is dropped.", user.pk)
    except DatabaseError as error:
        logger.exception("The database failed under user %s.", user.pk)
        _let_go_somehow(work, error)
    return None


def _end(work: Work, ending: Ending, *, goes_on: bool) -> tuple[MigrationUser, Lease] | None:
    progress, initial = work.progress, work.initial
    if progress.copied:
        progress.note_progress()
        progress.meter.save_now_and_then(work.monotonic())
    with transaction.atomic():
        status = settle(work.lease, ending, work.now(), was=work.user.status, **progress.figures())
        if progress.told:
            progress.note(f"Status: {status.replace('_', ' ').capitalize()}.")
            progress.write_lines()
        if progress.told > FEW or (progress.told and not initial):
            log.trim(work.user.pk)
        return pass_on(work.user.batch, work.now(), initial=initial) if goes_on else None


def _let_go_somehow(work: Work, error: DatabaseError) -> None:
    """A full disk refuses new rows before it refuses to change old ones. If all fails, the lease runs out by itself."""
    connection.close_if_unusable_or_obsolete()
    ending = endings.unrecorded(error, work.user.retries, work.now())
    try:
        settle(work.lease, ending, work.now())
    except LeaseLost:
        pass
    except DatabaseError:
        _release_only(work, ending)


def _release_only(work: Work, ending: Ending) -> None:
    """Without the row that tells of the move: reconcile sees a working user without worker, and moves it."""
    try:
        hold(work.lease, **{**ending.changes, **RELEASED})
    except (LeaseLost, DatabaseError):
        logger.exception("User %s could not be let go; its lease runs out by itself.", work.user.pk)
