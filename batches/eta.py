"""When the first copies of a batch will be done: a span, from what is left and from how fast it went of late.

Honest rather than exact: the slowest and the fastest of several stretches of time make the span, and where nothing can
be said, the reason is given instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q, Sum

from batches.models import MigrationBatch, ThroughputSample
from batches.states import Decision
from batches.throughput import Sample, whole_minute
from batches.volume import Volume, total
from endpoints import limits
from endpoints.hours import Hours

STRETCHES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=2))
LATELY, LONGEST = STRETCHES[0], STRETCHES[-1]
ENOUGH = timedelta(minutes=2)  # of copying, before anything is said
FARTHEST = timedelta(days=365)
# How far from the rates that were seen the coming one may be: more, as long as little has been seen.
MARGIN, EARLY_MARGIN = 1.15, 1.5
# A mailbox that nobody has counted yet is as large as the others are on average, give or take so much of it.
GUESS = 0.5


@dataclass(frozen=True, slots=True)
class Eta:
    """Either both times, or the reason why there are none, a key of ``eta_words.REASONS``."""

    earliest: datetime | None = None
    latest: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was copied in the last so many ``seconds``."""

    seconds: float
    items: int
    octets: int


def eta(batch: MigrationBatch, volume: Volume, went: Sequence[Stretch], now: datetime) -> Eta:
    """Of one batch, from its volume and its stretches. Reads its endpoints: select them along."""
    if reason := _why_not(batch, volume, now):
        return Eta(reason=reason)
    hours = _hours(batch)
    if not all(span.is_open(now) for span in hours):
        return Eta(reason="closed")
    return estimate(volume, went, now, hours)


def eta_of_all(
    batches: Iterable[MigrationBatch],
    volumes: Mapping[int, Volume],
    went: Mapping[int, Sequence[Stretch]],
    now: datetime,
) -> Eta:
    """When the last of these batches will be done, those aside that wait for somebody to start them.

    They are estimated together, for they take each other's places; and it is not done before each of them is.
    """
    waiting = [batch for batch in batches if not _why_not(batch, volumes[batch.pk], now)]
    if not waiting:
        return Eta(reason=_why_none(batches, volumes, now))
    together = [_together(parts) for parts in zip(*(went.get(batch.pk) or _NOTHING for batch in waiting), strict=True)]
    found = [estimate(total(volumes[batch.pk] for batch in waiting), together, now, ())]
    found += [eta(batch, volumes[batch.pk], went.get(batch.pk, ()), now) for batch in waiting]
    if found[0].reason:
        return found[1] if len(waiting) == 1 else found[0]
    earliest = max(each.earliest for each in found if each.earliest)
    latest = max(each.latest for each in found if each.latest)
    return Eta(earliest, latest)


def stretches(batch_ids: Iterable[int], now: datetime) -> Mapping[int, Sequence[Stretch]]:
    """What each batch has copied of late, in one query. Batches that copied nothing are left out."""
    begins = _begins(now)
    samples = ThroughputSample.objects.filter(batch__in=list(batch_ids), minute__gte=min(begins)).order_by()
    sums = {
        f"{what}_{number}": Sum(what, filter=Q(minute__gte=begin), default=0)
        for number, begin in enumerate(begins)
        for what in ("items", "octets")
    }
    found = samples.values_list("batch").annotate(Min("minute"), **sums)
    return {
        batch: [
            _stretch(max(begin, first), int(items), int(octets), now)
            for begin, items, octets in zip(begins, figures[::2], figures[1::2], strict=True)
        ]
        for batch, first, *figures in found
    }


def stretches_of(samples: Sequence[Sample], now: datetime) -> Sequence[Stretch]:
    """The same of one batch, from its samples of the last ``LONGEST``; none where it copied nothing."""
    found = []
    for begin in _begins(now) if samples else ():
        within = [sample for sample in samples if sample.minute >= begin]
        items, octets = sum(sample.items for sample in within), sum(sample.octets for sample in within)
        found.append(_stretch(max(begin, samples[0].minute), items, octets, now))
    return found


def _begins(now: datetime) -> list[datetime]:
    return [whole_minute(now - length) for length in STRETCHES]


def _stretch(begun: datetime, items: int, octets: int, now: datetime) -> Stretch:
    return Stretch(max((now - begun).total_seconds(), 1.0), items, octets)


_NOTHING = [Stretch(0, 0, 0)] * len(STRETCHES)


def _together(parts: Iterable[Stretch]) -> Stretch:
    found = list(parts)
    return Stretch(
        max(part.seconds for part in found), sum(part.items for part in found), sum(part.octets for part in found)
    )


def _why_not(batch: MigrationBatch, volume: Volume, now: datetime) -> str:
    if batch.deleted_at or batch.decision == Decision.REMOVING:
        return "deleted"
    if batch.decision == Decision.CREATED:
        return "created"
    if batch.decision == Decision.STOPPED:
        return "stopped"
    if not volume.ahead:
        return "done"
    return "waiting" if batch.start_after and batch.start_after > now else ""


def _why_none(batches: Iterable[MigrationBatch], volumes: Mapping[int, Volume], now: datetime) -> str:
    """What is true of at least one of them, and nearest to something happening."""
    reasons = {_why_not(batch, volumes[batch.pk], now) for batch in batches}
    return next((reason for reason in ("waiting", "stopped", "created", "done") if reason in reasons), "none")


def _hours(batch: MigrationBatch) -> Sequence[Hours]:
    return [hours for endpoint in (batch.source, batch.target) if (hours := limits.hours_of(endpoint))]


def estimate(volume: Volume, went: Sequence[Stretch], now: datetime, hours: Sequence[Hours]) -> Eta:
    """In octets where the servers tell sizes, in items where they do not."""
    in_octets = bool(volume.octets_total)
    rates = [(stretch.octets if in_octets else stretch.items) / stretch.seconds for stretch in went if stretch.seconds]
    if not volume.counted:
        return Eta(reason="uncounted")
    if not rates or max(stretch.seconds for stretch in went) < ENOUGH.total_seconds():
        return Eta(reason="early")
    if not rates[0]:
        return Eta(reason="nothing_lately")
    margin = MARGIN if went[-1].seconds >= LATELY.total_seconds() else EARLY_MARGIN
    least, most = _left(volume, in_octets)
    soon, late = least / (max(rates) * margin), most / min(rates) * margin
    if late > FARTHEST.total_seconds():
        return Eta(reason="far")
    return Eta(_after(timedelta(seconds=soon), now, hours), _after(timedelta(seconds=late), now, hours))


def _left(volume: Volume, in_octets: bool) -> tuple[float, float]:
    known, left = (volume.octets_total, volume.octets_left) if in_octets else (volume.items_total, volume.items_left)
    guessed = volume.ahead_uncounted * known / volume.counted
    return left + guessed * (1 - GUESS), left + guessed * (1 + GUESS)


def _after(work: timedelta, now: datetime, hours: Sequence[Hours]) -> datetime:
    """When so much work is done that rests while one of the servers may not be used."""
    at = now
    while True:
        while shut := [span for span in hours if not span.is_open(at)]:
            at = max(span.opens_at(at) for span in shut)
        ends = [end for span in hours if (end := span.closes_at(at))]
        if not ends or at + work <= min(ends):
            return at + work
        work -= min(ends) - at
        at = min(ends)
