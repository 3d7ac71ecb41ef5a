"""The hours in which a server may be used: a span of every day, and whole days beside it. Pure: time is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

A_WEEK = 8  # days, and one more: the same day of the week comes around


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``start`` to ``end``, over midnight where ``end`` is the earlier, and all day on ``whole_days`` (ISO: 1 is Monday).

    They are times of the clock on the wall in ``zone``: where that is put forward or back, so are they.
    """

    start: time
    end: time
    whole_days: frozenset[int]
    zone: ZoneInfo

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(self.zone)
        if local.isoweekday() in self.whole_days:
            return True
        clock = local.time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def opens_at(self, now: datetime) -> datetime:
        """The next moment at which it is open: ``now`` if it is."""
        return now if self.is_open(now) else next(at for at in self._turns(now) if self.is_open(at))

    def closes_at(self, now: datetime) -> datetime | None:
        """The next moment at which it is closed: ``now`` if it is. None if it never is."""
        if not self.is_open(now):
            return now
        return next((at for at in self._turns(now) if not self.is_open(at)), None)

    def _turns(self, now: datetime) -> Iterator[datetime]:
        """The moments after ``now`` at which something may change, in order."""
        today = now.astimezone(self.zone).date()
        clocks = sorted({time(0), self.start, self.end})
        for days in range(A_WEEK + 1):
            for clock in clocks:
                at = datetime.combine(today + timedelta(days=days), clock, tzinfo=self.zone)
                if at > now:
                    yield at
