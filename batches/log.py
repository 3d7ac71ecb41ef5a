"""The report of one user: time-stamped lines, in English whoever reads them, because they are evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from batches.models import LogLine, MigrationUser
from batches.states import RUNNING, UserStatus

FIRST, NEWEST = 100, 2000  # lines that are kept of a long life: how it began, and what happened lately
# Reasons of a move into a waiting status behind which there is no trouble; all others are codes of errors.
ORDINARY = frozenset({"", "slice", "resume", "retry", "worker_lost", "shutdown"})


def size_in_words(octets: int) -> str:
    """``225.8 MB (236,732,045 bytes)``, in units of 1,024 as mail programs have them."""
    if octets < 1024:
        return f"{octets} bytes"
    size, units = octets / 1024, ["KB", "MB", "GB", "TB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:,.1f} {units[0]} ({octets:,} bytes)"


def write(user_id: int, lines: Iterable[tuple[datetime, str]]) -> None:
    """Add lines to a user's report."""
    LogLine.objects.bulk_create(LogLine(user_id=user_id, at=at, text=text) for at, text in lines)


def trim(user_id: int) -> None:
    """Keep the first hundred lines and the newest two thousand."""
    lines = LogLine.objects.filter(user=user_id).order_by("pk")
    count = lines.count()
    if count > FIRST + NEWEST:
        keys = lines.values_list("pk", flat=True)
        lines.filter(pk__gt=keys[FIRST - 1], pk__lt=keys[count - NEWEST]).delete()


@dataclass(frozen=True, slots=True)
class Durations:
    """How long a user has been in which condition; stalled is waiting after an error, until the next try."""

    queued: timedelta = timedelta()
    in_progress: timedelta = timedelta()
    synced: timedelta = timedelta()
    stalled: timedelta = timedelta()


def durations(user: MigrationUser, now: datetime) -> Durations:
    """From the user's timeline, up to ``now``. Time before the batch was started counts for nothing."""
    changes = list(user.status_changes.values_list("new", "reason", "at"))  # of years of incremental syncs, too
    ends = [at for *_rest, at in changes[1:]] + [now]
    spent: dict[str, timedelta] = {}
    for (status, reason, at), end in zip(changes, ends, strict=True):
        condition, begin = _condition(status, reason), max(at, user.batch.started_at or now)
        spent[condition] = spent.get(condition, timedelta()) + max(end - begin, timedelta())
    spent.pop("", None)
    return Durations(**spent)


def _condition(status: str, reason: str) -> str:
    if status in RUNNING:
        return "in_progress"
    if status not in {UserStatus.QUEUED, UserStatus.SYNCED}:
        return ""
    return status if reason in ORDINARY else "stalled"
