"""How far batches are: their mailboxes by status. Every page counts here, so no two can disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from batches import census
from batches.counting import count_by_status
from batches.models import MigrationBatch
from batches.states import BatchStatus, UserStatus, batch_status
from endpoints.models import MigrationEndpoint

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
SHOWN_IN_LISTS = (
    *("name", "decision", "start_after", "started_at", "deleted_at", "attention", "allow_incremental_syncs"),
    *("type", "source", "target"),
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
class Outline:
    """As much of a batch as lists of hundreds are searched, sorted and summed up by."""

    pk: int
    name: str
    decision: str
    deleted_at: datetime | None
    tally: Tally
    status: BatchStatus

    @property
    def moves(self) -> bool:
        """Whether its figures change by themselves just now."""
        return self.status in MOVING


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with what it shows."""

    batch: MigrationBatch
    tally: Tally
    status: BatchStatus

    @property
    def outline(self) -> Outline:
        batch = self.batch
        return Outline(batch.pk, batch.name, batch.decision, batch.deleted_at, self.tally, self.status)


def batch_rows(batches: Iterable[MigrationBatch], *, now: datetime) -> list[BatchRow]:
    """Batches with their figures, by the census: two queries however many there are."""
    counts = census.by_batch()
    return [_row(batch, Tally(counts.get(batch.pk, {})), now) for batch in batches]


def batch_row(batch: MigrationBatch, *, now: datetime) -> BatchRow:
    """Counted now, whatever the size of the organization."""
    return _row(batch, Tally(count_by_status(batch)), now)


def outlines(batches: QuerySet[MigrationBatch], *, now: datetime) -> list[Outline]:
    """By the census, as ``batch_rows``; hundreds of models would take longer to make than all the rest of a page."""
    counts, found = census.by_batch(), []
    for pk, name, decision, start_after, deleted_at in batches.values_list(
        "pk", "name", "decision", "start_after", "deleted_at"
    ):
        tally = Tally(counts.get(pk, {}))
        status = batch_status(decision, tally.counts, start_after=start_after, now=now)
        found.append(Outline(pk, name, decision, deleted_at, tally, status))
    return found


def filled_in(outlines: Iterable[Outline]) -> list[BatchRow]:
    """The batches with what lists say of them and with their endpoints, in two queries; without one that is gone meanwhile."""
    wanted = list(outlines)
    batches = MigrationBatch.objects.only(*SHOWN_IN_LISTS)
    found = batches.in_bulk([outline.pk for outline in wanted])
    connect(found.values())
    return [BatchRow(found[each.pk], each.tally, each.status) for each in wanted if each.pk in found]


def connect(batches: Iterable[MigrationBatch]) -> None:
    """Give batches their endpoints, in one query: they share a few, which need not be read for each of them."""
    connected = list(batches)
    wanted = {pk for batch in connected for pk in (batch.source_id, batch.target_id)}
    endpoints = MigrationEndpoint.objects.defer("admin_password", "test_password").in_bulk(wanted)
    for batch in connected:
        batch.source, batch.target = endpoints[batch.source_id], endpoints[batch.target_id]


def overall(rows: Iterable[BatchRow | Outline]) -> Tally:
    """All batches together."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row.tally.counts)
    return Tally(counts)


def _row(batch: MigrationBatch, tally: Tally, now: datetime) -> BatchRow:
    status = batch_status(batch.decision, tally.counts, start_after=batch.start_after, now=now)
    return BatchRow(batch, tally, status)


def mailboxes_by_domain() -> Mapping[str, Tally]:
    """The mailboxes of all batches on the list, by the domain of their address in lower case."""
    return {domain: Tally(counts) for domain, counts in census.by_domain().items()}
