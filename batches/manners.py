"""How a mailbox that is worked on keeps to what its servers allow: their hours, their limits of speed, their complaints."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from batches import leases
from batches.models import MigrationUser
from endpoints import limits
from endpoints.capacity import in_use
from endpoints.models import MigrationEndpoint
from endpoints.pressure import ENOUGH
from mailsync.pace import Pace, paced
from mailsync.store import Store

ADJUSTED_EVERY = 2.0  # seconds
KILOBYTE = 1024


def closes_at(user: MigrationUser, now: datetime) -> datetime | None:
    """When the hours of one of its servers end; None if they never do."""
    ends = [hours.closes_at(now) for endpoint in _endpoints(user) if (hours := limits.hours_of(endpoint))]
    return min((end for end in ends if end is not None), default=None)


def opens_at(user: MigrationUser, now: datetime) -> datetime:
    """When the hours of each of its servers have begun; ``now`` if they have."""
    return max([now, *(hours.opens_at(now) for endpoint in _endpoints(user) if (hours := limits.hours_of(endpoint)))])


def note_complaint(user: MigrationUser, code: str, side: str, words: str, now: datetime) -> str:
    """Let the endpoint know, if the error is a complaint of its server; a line for the log if that slows down everybody."""
    if code not in ENOUGH or not side:
        return ""
    endpoint = user.batch.source if side == "source" else user.batch.target
    at_work = max(in_use(endpoint, now, initial=kind) for kind in (True, False))
    to = limits.note_complaint(endpoint.pk, mailbox=user.address, code=code, words=words, at_work=at_work, now=now)
    return f"{endpoint.name} is slowed down to {to} mailboxes at once." if to else ""


class Speed:
    """The limits of messages and bytes a second at the two servers of one mailbox.

    Mailboxes share a limit in equal parts, whatever worker has them: the leases in the database tell how many there are.
    ``monotonic`` gives seconds from any start.
    """

    def __init__(self, user: MigrationUser, *, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now, self._monotonic = now, monotonic
        limited = {endpoint.pk for endpoint in _endpoints(user) if _is_limited(endpoint)}
        self._paces = {pk: Pace(clock=monotonic, sleep=time.sleep) for pk in limited}
        self._adjusted_at = monotonic()
        self._adjust()

    def keep_to(self, endpoint: MigrationEndpoint, store: Store, wanted: Callable[[], bool]) -> Store:
        """The store, within the endpoint's limits if it has any."""
        pace = self._paces.get(endpoint.pk)
        return paced(store, pace, wanted=wanted) if pace else store

    def adjust(self) -> None:
        """To be called about once a second: others come and go, and people change limits."""
        if self._paces and self._monotonic() - self._adjusted_at >= ADJUSTED_EVERY:
            self._adjusted_at = self._monotonic()
            self._adjust()

    def _adjust(self) -> None:
        limited = MigrationEndpoint.objects.filter(pk__in=self._paces) if self._paces else ()
        for endpoint in limited:
            sharing = max(1, leases.at_work(endpoint, self._now()))
            messages, kilobytes = endpoint.max_messages_per_second, endpoint.max_kilobytes_per_second
            octets = kilobytes * KILOBYTE if kilobytes else None
            self._paces[endpoint.pk].limit(messages and messages / sharing, octets and octets / sharing)


def _endpoints(user: MigrationUser) -> tuple[MigrationEndpoint, MigrationEndpoint]:
    return user.batch.source, user.batch.target


def _is_limited(endpoint: MigrationEndpoint) -> bool:
    return bool(endpoint.max_messages_per_second or endpoint.max_kilobytes_per_second)
