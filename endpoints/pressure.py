"""How many mailboxes at once a server bears: fewer as soon as it complains, one more for every quiet minute since.

Pure: what was said and when is handed in. The state is a few columns of the endpoint, which every worker sees, and
nobody has to raise it again: how much it has risen follows from the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Complaints of so many mailboxes within STORM are meant for all of them. One mailbox that goes too fast, or whose owner
# has many programs open, waits by itself.
ENOUGH = {"too_many_connections": 2, "throttled": 2, "unavailable": 3}
STORM = timedelta(minutes=2)
# What was begun before is still complaining for a while: it is not slowed down for that again.
SETTLE = timedelta(seconds=30)
RISE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Slowdown:
    """``to`` mailboxes of each kind at once, as decided ``at``; ``since`` is when the first of several in a row was."""

    to: int
    at: datetime
    since: datetime

    def allowed(self, now: datetime) -> int:
        return self.to + max(0, (now - self.at) // RISE_EVERY)

    def is_over(self, limit: int, now: datetime) -> bool:
        return self.allowed(now) >= limit


@dataclass(frozen=True, slots=True)
class Heard:
    """A complaint: who was told it, and the error's code."""

    mailbox: str
    code: str
    at: datetime


def is_storm(heard: Sequence[Heard], now: datetime) -> bool:
    """Whether these are enough to go slower with everybody."""
    recent = [complaint for complaint in heard if complaint.at > now - STORM]
    return any(
        len({complaint.mailbox for complaint in recent if complaint.code == code}) >= number
        for code, number in ENOUGH.items()
    )


def slower(former: Slowdown | None, *, at_work: int, limit: int, now: datetime) -> Slowdown | None:
    """Half of what was allowed or of what was at work, whichever is less, and at least one; None: it was just done."""
    if former and now - former.at < SETTLE:
        return None
    goes_on = former is not None and not former.is_over(limit, now)
    allowed = min(limit, former.allowed(now)) if former else limit
    to = max(1, min(allowed, at_work) // 2)
    return Slowdown(to, now, former.since if former and goes_on else now)
