"""How far batches are: their mailboxes by status. Every page counts here, so no two can disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Lower, StrIndex, Substr

from batches.models import MigrationBatch, MigrationUser
from batches.states import BatchStatus, UserStatus, batch_status

Key = TypeVar("Key", int, str)

HAVE_A_COPY = (UserStatus.SYNCED, UserStatus.INCREMENTAL_SYNCING)
MOVING = frozenset(
    {
        BatchStatus.STARTING,
        BatchStatus.SYNCING,
        BatchStatus.INCREMENTAL_SYNCING,
        BatchStatus.STOPPING,
        BatchStatus.REMOVING,
    }
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mailboxes are in which status."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def synced(self) -> int:
        return sum(self.counts.get(status, 0) for status in HAVE_A_COPY)

    @property
    def finalized(self) -> int:
        """Staged and IMAP batches are not completed: their success is Synced."""
        return 0

    @property
    def waiting(self) -> int:
        return self.counts.get(UserStatus.QUEUED, 0)

    @property
    def working(self) -> int:
        """In a worker's hands with the first copy, or stopping."""
        return self.total - self.waiting - self.synced - self.stopped - self.failed

    @property
    def active(self) -> int:
        """On their way to the first copy: waiting for it or worked on."""
        return self.waiting + self.working

    @property
    def stopped(self) -> int:
        return self.counts.get(UserStatus.STOPPED, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(UserStatus.FAILED, 0)

    @property
    def percentage(self) -> int:
        """Rounded down: 100 means all of them."""
        return 100 * (self.synced + self.finalized) // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with what it shows."""

    batch: MigrationBatch
    tally: Tally
    status: BatchStatus

    @property
    def moves(self) -> bool:
        """Whether its figures change by themselves just now."""
        return self.status in MOVING


def batch_rows(batches: QuerySet[MigrationBatch], *, now: datetime) -> list[BatchRow]:
    """Batches with their figures, in two queries however many there are."""
    found = list(batches.select_related("source", "target", "created_by"))
    tallies = _tallies(batch.pk for batch in found)
    return [_row(batch, tallies[batch.pk], now) for batch in found]


def batch_row(batch: MigrationBatch, *, now: datetime) -> BatchRow:
    return _row(batch, _tallies([batch.pk])[batch.pk], now)


def overall(rows: Iterable[BatchRow]) -> Tally:
    """All batches together."""
    counts: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        for status, number in row.tally.counts.items():
            counts[status] += number
    return Tally(counts)


def _row(batch: MigrationBatch, tally: Tally, now: datetime) -> BatchRow:
    status = batch_status(batch.decision, tally.counts, start_after=batch.start_after, now=now)
    return BatchRow(batch, tally, status)


def mailboxes_by_domain() -> Mapping[str, Tally]:
    """The mailboxes of all batches on the list, by the domain of their address in lower case."""
    domain = Lower(Substr("address", StrIndex("address", Value("@")) + 1))
    users = MigrationUser.objects.filter(batch__deleted_at__isnull=True).order_by()
    return _tally(users.annotate(domain=domain).values_list("domain", "status").annotate(number=Count("pk")))


def _tallies(batch_ids: Iterable[int]) -> Mapping[int, Tally]:
    users = MigrationUser.objects.filter(batch__in=list(batch_ids)).order_by()
    counted = _tally(users.values_list("batch", "status").annotate(number=Count("pk")))
    return defaultdict(lambda: Tally({}), counted)


def _tally(counted: Iterable[tuple[Key, str, int]]) -> dict[Key, Tally]:
    counts: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    for key, status, number in counted:
        counts[key][status] = number
    return {key: Tally(by_status) for key, by_status in counts.items()}
