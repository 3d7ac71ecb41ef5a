"""Which events a batch has, seen from its figures. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from batches.figures import BatchRow
from batches.states import BatchStatus, Decision
from notifications.models import Event, Kind

START_STATUS_AFTER = timedelta(minutes=10)  # at the latest; earlier when all mailboxes have had their first turn
# So many failed mailboxes are many: these, and this part of the batch.
MANY, PART = 3, 0.1


@dataclass(frozen=True, slots=True)
class Happened:
    """``former`` is the open event of the same kind that this one replaces."""

    kind: Kind
    former: Event | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Over:
    """The event holds no longer: when it happens again, it is told again."""

    event: Event


def decide(
    row: BatchRow, known: Mapping[str, Event], unreachable: Mapping[str, Any] | None, now: datetime
) -> Iterator[Happened | Over]:
    """``known`` are the open events of the batch by kind; ``unreachable`` says which of its servers does not answer."""
    batch, runs = row.batch, row.batch.decision == Decision.STARTED and row.status != BatchStatus.WAITING
    if runs and batch.started_at:
        yield from _milestones(row, known, batch.started_at, now)
    stopped = batch.decision == Decision.STOPPED and bool(batch.attention)
    yield from _condition(Kind.STOPPED, stopped, known, {"code": batch.attention})
    yield from _condition(Kind.UNREACHABLE, runs and unreachable is not None, known, unreachable or {})
    yield from _condition(Kind.FAILURES, runs and _fails(row, known), known, {})


def _milestones(
    row: BatchRow, known: Mapping[str, Event], started_at: datetime, now: datetime
) -> Iterator[Happened | Over]:
    if Kind.STARTED not in known and (not row.tally.waiting or now >= started_at + START_STATUS_AFTER):
        yield Happened(Kind.STARTED)
    finished = known.get(Kind.FINISHED)
    if _is_done(row) and (finished is None or row.tally.total > finished.facts.get("seen", finished.facts["total"])):
        yield Happened(Kind.FINISHED, finished)
    last = known.get(Kind.REPORT)
    interval = timedelta(hours=row.batch.report_interval_hours)
    if interval and now >= (last.at if last else started_at) + interval:
        yield Happened(Kind.REPORT, last)


def _condition(
    kind: Kind, holds: bool, known: Mapping[str, Event], facts: Mapping[str, Any]
) -> Iterator[Happened | Over]:
    if holds and kind not in known:
        yield Happened(kind, facts=facts)
    elif kind in known and not holds:
        yield Over(known[kind])


def _is_done(row: BatchRow) -> bool:
    """Every mailbox has its first copy or has failed; those that somebody stopped are nobody's hurry."""
    ended = row.tally.synced + row.tally.failed
    return ended > 0 and ended + row.tally.stopped == row.tally.total


def _fails(row: BatchRow, known: Mapping[str, Event]) -> bool:
    """The last report tells of failures, too: they are no news once all is done."""
    many = row.tally.failed >= max(MANY, PART * row.tally.total)
    return many and (Kind.FAILURES in known or not _is_done(row))
