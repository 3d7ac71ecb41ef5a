"""What is copied from minute to minute: written by the workers while they copy, read by charts and estimates."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import inf
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Min, Sum

from batches.models import ThroughputSample

SAVE_EVERY = 5.0  # seconds: the row of a minute is shared by all mailboxes of a batch
KEPT = timedelta(days=30)
FINE = timedelta(days=2)  # so long minutes are kept, then hours
LATELY = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Meter:
    """What one slice of work copies. Counted by the thread that copies, saved by the one that keeps the lease."""

    def __init__(self, batch_id: int) -> None:
        self._batch_id = batch_id
        self._counting = threading.Lock()
        self._unsaved: dict[datetime, Counter[str]] = {}
        self._saved_at = -inf

    def count(self, at: datetime, items: int, octets: int) -> None:
        minute = whole_minute(at)
        with self._counting:
            self._unsaved.setdefault(minute, Counter()).update(items=items, octets=octets)

    def save_now_and_then(self, monotonic: float) -> None:
        """Save, unless that was done a moment ago. ``monotonic`` is in seconds from any start."""
        if monotonic - self._saved_at >= SAVE_EVERY:
            self._saved_at = monotonic
            self.save()

    def save(self) -> None:
        with self._counting:
            unsaved, self._unsaved = self._unsaved, {}
        for minute, copied in sorted(unsaved.items()):
            _add(self._batch_id, minute, copied["items"], copied["octets"])


def _add(batch_id: int, minute: datetime, items: int, octets: int) -> None:
    """Two may make the row at once: one does, and both add to it."""
    sample = ThroughputSample.objects.filter(batch=batch_id, minute=minute)
    more = {"items": F("items") + items, "octets": F("octets") + octets}
    if not sample.update(**more):
        ThroughputSample.objects.bulk_create(
            [ThroughputSample(batch_id=batch_id, minute=minute)], ignore_conflicts=True
        )
        sample.update(**more)


@transaction.atomic
def forget_old(now: datetime) -> None:
    """Drop what is older than a month; of the hour that has just left the last two days, keep one row a batch.

    An hour in which nobody called this keeps its minutes, which does no harm.
    """
    ThroughputSample.objects.filter(minute__lt=now - KEPT).delete()
    end = (now - FINE).replace(minute=0, second=0, microsecond=0)
    minutes = ThroughputSample.objects.filter(minute__gt=end - HOUR, minute__lt=end)
    sums = list(minutes.order_by().values_list("batch").annotate(Sum("items"), Sum("octets")))
    if sums:
        minutes.delete()
    for batch_id, items, octets in sums:
        _add(batch_id, end - HOUR, items, octets)


def series(since: datetime, until: datetime, step: timedelta) -> list[tuple[datetime, int, int]]:
    """Items and octets of all batches for each ``step`` from ``since`` to before ``until``, steps of nothing included."""
    found = ThroughputSample.objects.filter(minute__gte=since, minute__lt=until).order_by()
    items: Counter[int] = Counter()
    octets: Counter[int] = Counter()
    for minute, more_items, more_octets in found.values_list("minute").annotate(Sum("items"), Sum("octets")):
        number = (minute - since) // step
        items[number] += more_items
        octets[number] += more_octets
    steps = -(-(until - since) // step)  # the last one may be cut short
    return [(since + step * number, items[number], octets[number]) for number in range(steps)]


class Sample(NamedTuple):
    """What was copied within a minute."""

    minute: datetime
    items: int
    octets: int


def samples(batch_id: int, since: datetime) -> list[Sample]:
    """Of one batch, the oldest first: of two hours at most a hundred and twenty."""
    found = ThroughputSample.objects.filter(batch=batch_id, minute__gte=since).order_by("minute")
    return [Sample(*row) for row in found.values_list("minute", "items", "octets")]


def rate(batch_ids: Iterable[int], now: datetime) -> tuple[float, float]:
    """Items and octets a second in the minute that is under way and the one before, of these batches together."""
    found = ThroughputSample.objects.filter(batch__in=list(batch_ids), minute__gte=whole_minute(now - LATELY))
    sums = found.aggregate(begun=Min("minute"), items=Sum("items"), octets=Sum("octets"))
    return _a_second(Sample(sums["begun"], sums["items"], sums["octets"]), now) if sums["begun"] else (0.0, 0.0)


def rate_of(found: Iterable[Sample], now: datetime) -> tuple[float, float]:
    """The same of one batch, from its samples."""
    late = [sample for sample in found if sample.minute >= whole_minute(now - LATELY)]
    sums = Sample(late[0].minute, sum(each.items for each in late), sum(each.octets for each in late)) if late else None
    return _a_second(sums, now) if sums else (0.0, 0.0)


def _a_second(sums: Sample, now: datetime) -> tuple[float, float]:
    seconds = max((now - sums.minute).total_seconds(), 1.0)
    return sums.items / seconds, sums.octets / seconds


def whole_minute(at: datetime) -> datetime:
    """The one that it is in."""
    return at.replace(second=0, microsecond=0)
