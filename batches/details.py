"""What the details pane of a batch tells: when it ran, how far it is, how fast, how long still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, FloatField, Max, Q, Sum
from django.db.models.functions import Cast, Greatest, NullIf

from batches.figures import BatchRow
from batches.states import WORKING, UserStatus

HAS_NO_COPY = Q(first_synced_at__isnull=True)
IS_COUNTED = Q(items_total__gt=0) | Q(first_synced_at__isnull=False)
RATE = F("octets_synced") / NullIf(F("active_seconds"), 0.0)
ITEM_RATE = F("items_synced") / NullIf(F("active_seconds"), 0.0)
ITEMS_DONE = F("items_synced") + F("items_skipped")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far mailboxes are. Totals are the source's own figures; ``uncounted`` mailboxes are not in them yet.

    ``rate`` is in octets a second over the mailboxes that are worked on now, 0 when there is none.
    ``remaining`` is None where nothing can be said.
    """

    items: int
    items_skipped: int
    items_total: int
    octets: int
    octets_total: int
    uncounted: int
    rate: float
    remaining: timedelta | None
    newest_there: int  # mailboxes whose newest mail is on the target, be it with all the rest

    @property
    def percentage(self) -> int:
        """Of the items that are known, rounded down."""
        done = self.items + self.items_skipped
        return min(100, 100 * done // self.items_total) if self.items_total else 0


@dataclass(frozen=True, slots=True)
class BatchDetails:
    """``initial_sync_ended_at`` is None as long as a mailbox has its first copy ahead of it."""

    row: BatchRow
    progress: Progress
    initial_sync_ended_at: datetime | None
    last_synced_at: datetime | None

    @property
    def initial_sync_took(self) -> timedelta | None:
        started, ended = self.row.batch.started_at, self.initial_sync_ended_at
        return ended - started if started and ended and ended > started else None


def batch_details(row: BatchRow) -> BatchDetails:
    """Everything about one batch, in one query."""
    sums = row.batch.users.order_by().aggregate(
        copied=Sum("items_synced", default=0),
        skipped=Sum("items_skipped", default=0),
        known=Sum("items_total", default=0),
        octets=Sum("octets_synced", default=0),
        octets_known=Sum("octets_total", default=0),
        octets_left=Sum(Greatest(F("octets_total") - F("octets_synced"), 0), filter=HAS_NO_COPY, default=0),
        items_left=Sum(Greatest(F("items_total") - ITEMS_DONE, 0), filter=HAS_NO_COPY, default=0),
        counted=Count("pk", filter=IS_COUNTED),
        uncounted=Count("pk", filter=~IS_COUNTED),
        newest_there=Count("pk", filter=Q(fast_lane_at__isnull=False) | Q(first_synced_at__isnull=False)),
        ahead=Count("pk", filter=HAS_NO_COPY & ~Q(status=UserStatus.FAILED)),
        rate=Sum(Cast(RATE, FloatField()), filter=Q(status__in=WORKING), default=0.0),
        item_rate=Sum(Cast(ITEM_RATE, FloatField()), filter=Q(status__in=WORKING), default=0.0),
        first_copies_ended=Max("first_synced_at"),
        last_synced=Max("last_synced_at"),
    )
    ended = None if sums["ahead"] else sums["first_copies_ended"]
    return BatchDetails(row, _progress(sums), ended, sums["last_synced"])


def _progress(sums: dict[str, Any]) -> Progress:
    return Progress(
        items=int(sums["copied"]),
        items_skipped=int(sums["skipped"]),
        items_total=int(sums["known"]),
        octets=int(sums["octets"]),
        octets_total=int(sums["octets_known"]),
        uncounted=sums["uncounted"],
        rate=sums["rate"],
        remaining=_remaining(sums) if sums["ahead"] else None,
        newest_there=sums["newest_there"],
    )


def _remaining(sums: dict[str, Any]) -> timedelta | None:
    """At today's rate, in octets where the servers tell sizes and in items where they do not.

    Mailboxes that nobody has counted yet are taken to be as large as the others are on average.
    """
    known, left, rate = (
        (sums["octets_known"], sums["octets_left"], sums["rate"])
        if sums["octets_known"]
        else (sums["known"], sums["items_left"], sums["item_rate"])
    )
    if not rate or not known:
        return None
    guessed = sums["uncounted"] * int(known) / sums["counted"]
    return timedelta(seconds=(int(left) + guessed) / rate)
