"""What the details pane of a batch tells: when it ran, how far it is, how fast, when it will be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from batches.eta import LONGEST, Eta, eta, stretches_of
from batches.figures import BatchRow
from batches.states import UserStatus
from batches.throughput import rate_of, samples, whole_minute
from batches.volume import Volume, volumes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: the same figures as on the start page. The rates are those of the last few minutes."""

    volume: Volume
    items_a_second: float
    octets_a_second: float
    eta: Eta

    @property
    def octets_percentage(self) -> int:
        """Of the size that the servers told, rounded down; what goes over the wire a second time can make it more."""
        total = self.volume.octets_total
        return min(100, 100 * self.volume.octets // total) if total else 0


@dataclass(frozen=True, slots=True)
class BatchDetails:
    """``initial_sync_ended_at`` is None as long as a mailbox has its first copy ahead of it.

    ``newest_there`` counts the mailboxes whose newest mail is on the target, be it with all the rest.
    """

    row: BatchRow
    progress: Progress
    initial_sync_ended_at: datetime | None
    last_synced_at: datetime | None
    newest_there: int

    @property
    def initial_sync_took(self) -> timedelta | None:
        started, ended = self.row.batch.started_at, self.initial_sync_ended_at
        return ended - started if started and ended and ended > started else None

    @property
    def percentage(self) -> int:
        return self.progress.volume.percentage_of(self.row.tally.total)

    @property
    def uncounted(self) -> int:
        """Mailboxes whose size nobody knows yet: they are in no total."""
        return self.row.tally.total - self.progress.volume.counted


def progress_of(row: BatchRow, now: datetime) -> Progress:
    """In two queries."""
    volume = volumes([row.batch.pk])[row.batch.pk]
    copied = samples(row.batch.pk, since=whole_minute(now - LONGEST))
    return Progress(volume, *rate_of(copied, now), eta(row.batch, volume, stretches_of(copied, now), now))


def batch_details(row: BatchRow, now: datetime) -> BatchDetails:
    times = row.batch.users.order_by().aggregate(
        ahead=Count("pk", filter=Q(first_synced_at=None) & ~Q(status=UserStatus.FAILED)),
        first_copies_ended=Max("first_synced_at"),
        last_synced=Max("last_synced_at"),
        newest_there=Count("pk", filter=Q(fast_lane_at__isnull=False) | Q(first_synced_at__isnull=False)),
    )
    ended = None if times["ahead"] else times["first_copies_ended"]
    return BatchDetails(row, progress_of(row, now), ended, times["last_synced"], times["newest_there"])
