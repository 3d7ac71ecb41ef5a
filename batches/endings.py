"""How a slice of work ends: what the user's row says afterwards, and when it is due again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from batches.leases import RELEASED, Lease, held, move
from batches.models import MigrationUser
from batches.moves import NO_WAIT, move_user
from batches.states import REST, USER_GRAPH, Decision, UserStatus
from core.organization import organization
from mailsync.errors import MailsyncError, Retry

MOST_RETRIES = 8  # in a row, without anything copied in between
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)  # that a server may ask for
# Who is told to go slower waits, as often as that takes: only a limit binds, and nothing is broken.
BUSY = frozenset({"throttled", "too_many_connections"})

NO_ERROR: dict[str, Any] = {"error_code": "", "error_side": "", "error_words": "", "error_at": None}


@dataclass(frozen=True, slots=True)
class Ending:
    """``status`` is where the user goes; None means back to where it waits. ``changes`` are columns of its row."""

    status: str | None
    reason: str = ""
    words: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


def done(user: MigrationUser, now: datetime) -> Ending:
    """Everything has been copied."""
    again = now + organization().incremental_sync_interval if user.batch.allow_incremental_syncs else None
    changes = {"due_at": again, "retries": 0, "last_synced_at": now, **NO_WAIT, **NO_ERROR}
    if user.first_synced_at is None:
        changes["first_synced_at"] = now
    return Ending(UserStatus.SYNCED, changes=changes)


def fast_lane_done(now: datetime) -> Ending:
    """Its newest mail has been copied. It is due again at once, but behind all that have waited longer for theirs."""
    return Ending(None, "fast_lane", changes={"fast_lane_at": now, "due_at": now, "retries": 0, **NO_WAIT})


def interrupted(why: str, due_at: datetime) -> Ending:
    """Its time is over, or it is no longer wanted: it goes on where it is, when its turn comes from ``due_at`` on."""
    return Ending(None, why, changes={"due_at": due_at, **NO_WAIT})


def failed(code: str, side: str, words: str, now: datetime) -> Ending:
    """A person has to act."""
    error = {"error_code": code, "error_side": side, "error_words": words, "error_at": now}
    return Ending(UserStatus.FAILED, code, words, {"due_at": None, **NO_WAIT, **error})


def paused(error: MailsyncError, words: str, retries: int, now: datetime) -> Ending:
    """It may work later: when the server wants it, else after a pause that grows. ``retries`` have gone before."""
    is_busy = error.code in BUSY
    if retries >= MOST_RETRIES and not is_busy:
        return failed(error.code, error.side, words, now)
    asked = error.after if isinstance(error, Retry) else None
    pause = _within_reason(asked) if asked else min(FIRST_PAUSE * 2**retries, LONGEST_PAUSE)
    wait = {"wait_code": error.code, "wait_side": error.side, "wait_asked": bool(asked), "wait_words": words}
    tries = min(retries + 1, MOST_RETRIES - 1) if is_busy else retries + 1
    return Ending(None, error.code, words, {"due_at": now + pause, "retries": tries, **wait})


def _within_reason(seconds: float) -> timedelta:
    return max(FIRST_PAUSE, timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds())))


def unrecorded(error: Exception, retries: int, now: datetime) -> Ending:
    """The database failed: it may work later."""
    return paused(Retry("database", str(error)), str(error), retries, now)


def settle(lease: Lease, ending: Ending, now: datetime, *, was: str = "", **figures: Any) -> str:
    """Write the ending and let go of the user, in one step; returns its status now. Raises LeaseLost.

    What a person decided meanwhile counts for more: who is being stopped ends up stopped. ``was`` is the status that the
    worker knows: who ends well and still has it needs not be looked at, and most do.
    """
    changes = {**figures, **ending.changes, **RELEASED}
    with transaction.atomic():
        if was and ending.status == UserStatus.SYNCED and move(lease, was, ending.status, at=now, **changes):
            return ending.status
        user = held(lease)
        new = _destination(user, ending)
        if new == user.status:
            MigrationUser.objects.filter(pk=user.pk).update(**changes)
        else:
            move_user(user, new, at=now, reason=ending.reason, words=ending.words, **changes)
    return new


def _destination(user: MigrationUser, ending: Ending) -> str:
    new = ending.status or REST.get(user.status, user.status)
    if user.status == UserStatus.STOPPED:
        return UserStatus.STOPPED
    if user.status == UserStatus.STOPPING and new != UserStatus.FAILED:
        return UserStatus.STOPPED
    if (
        ending.status is None
        and user.batch.decision != Decision.STARTED
        and UserStatus.STOPPED in USER_GRAPH[user.status]
    ):
        return UserStatus.STOPPED
    return new if new in USER_GRAPH[user.status] else user.status
