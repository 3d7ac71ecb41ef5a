"""The connection pairs of a mailbox: the one that it begins with, and more for a large one where places are free.

A pair is a connection to the source and one to the target. Each counts as one mailbox does in the limits of both
endpoints, for as long as it is there; the user's row says how many there are beyond the first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, transaction
from django.db.models import F, Q

from batches import leases
from batches.leases import Lease, due_users, of_kind
from batches.manners import Speed
from batches.models import MigrationUser
from endpoints.connect import open_store
from endpoints.models import MigrationEndpoint, SignIn
from mailsync.errors import Stop
from mailsync.store import Store


def open_side(user: MigrationUser, side: str, wanted: Callable[[], bool]) -> Store:
    """On the source a mailbox may have a name of its own; on the target it has the address.

    Raises Stop where the password is not kept any more: an empty one is never tried, because accounts lock.
    """
    if side == "target":
        endpoint, name, password = user.batch.target, user.address, user.target_password
    else:
        endpoint, name, password = user.batch.source, user.user_name or user.address, user.source_password
    if not (password if endpoint.sign_in == SignIn.USER else endpoint.admin_password):
        raise Stop("password_missing", side=side)
    return open_store(endpoint, user=name, password=password, wanted=wanted)


def passwords_of(user: MigrationUser) -> tuple[str, ...]:
    """Those with which either side may be opened: what is kept of a server's words must not hold them."""
    source, target = user.batch.source, user.batch.target
    return user.source_password, user.target_password, source.admin_password, target.admin_password


@dataclass(frozen=True, slots=True)
class SparePair:
    """One more connection to each server; not connected yet."""

    source: Store
    target: Store
    lease: Lease

    def close(self) -> None:
        self.source.close()
        self.target.close()
        give_back(self.lease)


@dataclass(frozen=True, slots=True)
class Spares:
    """Gives the engine more pairs for one mailbox, as long as there are places. Asked by the thread that has the lease."""

    user: MigrationUser
    lease: Lease
    speed: Speed
    wanted: Callable[[], bool]
    now: Callable[[], datetime]
    note: Callable[[str], None]  # a line for the report

    def next(self) -> SparePair | None:
        number = take_another(self.lease, self.now())
        if not number:
            return None
        self.note(f"There is room for {number} connections to each server.")
        batch = self.user.batch
        sides = ((batch.source, "source"), (batch.target, "target"))
        source, target = (
            self.speed.keep_to(endpoint, open_side(self.user, side, self.wanted), self.wanted)
            for endpoint, side in sides
        )
        return SparePair(source, target, self.lease)


def most_pairs(user: MigrationUser) -> int:
    """How many connection pairs both endpoints allow one mailbox."""
    return min(user.batch.source.connections_per_mailbox, user.batch.target.connections_per_mailbox)


def take_another(lease: Lease, now: datetime) -> int:
    """Take a place for one more pair, unless a limit forbids it or a mailbox that is due waits for that place.

    Returns how many pairs there may be now, 0 if there is no place for another.
    """
    with transaction.atomic():
        user = leases.locked(lease.user_id)
        if user is None or user.lease != lease.token or 1 + user.extra_pairs >= most_pairs(user):
            return 0
        if not all(_is_spare_at(endpoint, user, now) for endpoint in (user.batch.source, user.batch.target)):
            return 0
        MigrationUser.objects.filter(pk=user.pk).update(extra_pairs=F("extra_pairs") + 1)
    return 2 + user.extra_pairs


def give_back(lease: Lease) -> None:
    """The pair is closed. Whoever lost the lease has no place any more; if the database fails, the slice's end settles it."""
    with suppress(Error):
        MigrationUser.objects.filter(pk=lease.user_id, lease=lease.token, extra_pairs__gt=0).update(
            extra_pairs=F("extra_pairs") - 1
        )


def _is_spare_at(endpoint: MigrationEndpoint, user: MigrationUser, now: datetime) -> bool:
    """Whether a place is free there when all that wait have theirs."""
    initial = user.first_synced_at is None
    of_endpoint = Q(batch__source=endpoint) | Q(batch__target=endpoint)
    waiting = of_kind(due_users(now).filter(of_endpoint), initial=initial).count()
    return leases.free_places(endpoint, now, initial=initial) > waiting
