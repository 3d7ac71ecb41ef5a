"""When a domain is asked about again: often while something is about to happen, seldom otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

from domains.dns.mx import Stage
from domains.models import Domain, Proof

WEEK = timedelta(days=7)
# While somebody waits for the record to be seen: until so long after they asked last, so often.
WAITING = (
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(minutes=5)),
    (timedelta(days=3), timedelta(minutes=15)),
)
UNDER_WAY = frozenset({Stage.TTL_LOWERED, Stage.CHANGING, Stage.SPREADING, Stage.SETTLED, Stage.WAITING})
OFTEN, HOURLY = timedelta(minutes=5), timedelta(hours=1)


def next_verification(domain: Domain, at: datetime) -> datetime | None:
    """After the look at ``at``. None: what the domain above proves need not be looked for."""
    if domain.verified_by == Proof.PARENT:
        return None
    if domain.is_verified:
        return at + WEEK
    waiting = at - max(filter(None, (domain.added_at, domain.asked_at)))
    return at + next((every for until, every in WAITING if waiting < until), WEEK)


def next_mail_look(domain: Domain, at: datetime) -> datetime:
    """A change of the MX records is watched closely: the hours that follow count from the last old answer."""
    return at + (OFTEN if domain.mx_stage in UNDER_WAY else HOURLY)


def reads_all_records(domain: Domain, at: datetime) -> bool:
    """Whether the other mail records are due as well: they say nothing about the change."""
    seen = domain.mail_checked_at
    return seen is None or at - seen >= HOURLY - OFTEN or bool(domain.asked_at and domain.asked_at > seen)
