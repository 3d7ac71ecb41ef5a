"""The throughput over time, as a chart and as a table with the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.throughput import series

TOO_SHORT = timedelta(seconds=15)  # for an average: the workers tell every few seconds


@dataclass(frozen=True, slots=True)
class Span:
    """``length`` of time in points of ``step``."""

    key: str
    label: Promise
    length: timedelta
    step: timedelta

    def end(self, now: datetime) -> datetime:
        """The end of the step that is under way, on the clock of the reader's zone; one that has only begun is left out."""
        local = timezone.localtime(now)
        lasted = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) % self.step
        return now - lasted + (self.step if lasted >= TOO_SHORT else timedelta())


SPANS: Mapping[str, Span] = {
    span.key: span
    for span in (
        Span("hour", gettext_lazy("Last hour"), timedelta(hours=1), timedelta(minutes=1)),
        Span("day", gettext_lazy("Last day"), timedelta(days=1), timedelta(minutes=15)),
        Span("month", gettext_lazy("Last 30 days"), timedelta(days=30), timedelta(hours=6)),
    )
}


@dataclass(frozen=True, slots=True)
class Point:
    """A step that begins ``at``: what was copied in it, and its averages a second."""

    at: datetime
    items: int
    octets: int
    items_a_second: float
    octets_a_second: float


@dataclass(frozen=True, slots=True)
class Chart:
    span: Span
    points: Sequence[Point]

    @property
    def is_empty(self) -> bool:
        return not any(point.items for point in self.points)

    @property
    def told(self) -> Sequence[Point]:
        """What the table says: the steps in which something was copied, the newest first."""
        return [point for point in reversed(self.points) if point.items]

    @property
    def drawing(self) -> Mapping[str, Any]:
        """What the script draws: seconds since 1970, items a second, megabytes (1,048,576 octets) a second, and words."""
        return {
            "times": [int(point.at.timestamp()) for point in self.points],
            "items": [round(point.items_a_second, 2) for point in self.points],
            "megabytes": [round(point.octets_a_second / 1024**2, 3) for point in self.points],
            "zone": timezone.get_current_timezone_name(),
            "words": {"time": _("Time"), "items": _("Items a second"), "megabytes": _("MB a second")},
        }


def chart(span: Span, now: datetime) -> Chart:
    """Of all batches; one query. The step that is under way counts for the time it has lasted."""
    end = span.end(now)
    found = series(end - span.length, end, span.step)
    return Chart(span, [_point(at, items, octets, min(span.step, now - at)) for at, items, octets in found])


def _point(at: datetime, items: int, octets: int, lasted: timedelta) -> Point:
    seconds = max(lasted.total_seconds(), 1.0)
    return Point(at, items, octets, items / seconds, octets / seconds)
