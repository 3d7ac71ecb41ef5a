"""Who works on which mailbox, and how many at once.

A worker holds a lease in the user's row: a token of its own and a time until which it counts. It is renewed every second
or so; once it has run out, another worker may take the mailbox. Everything that a worker writes demands its token.

Locks are taken in the order endpoints, batch, user, here and in the services, so that nobody waits in a circle.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from batches.models import MigrationBatch, MigrationUser, StatusChange
from batches.moves import move_user
from batches.states import USER_GRAPH, WORKING, Decision, UserStatus
from core.queue import STALE_AFTER
from endpoints import limits
from endpoints.capacity import in_use
from endpoints.models import MigrationEndpoint

TAKEABLE = (UserStatus.QUEUED, UserStatus.SYNCED)
# What mailboxes take of a limit.
PLACES = Count("pk") + Sum("extra_pairs", default=0)
# While nobody knows whether the credentials work, or they have just been refused, one mailbox at a time tries them.
TRUST_SIGN_IN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Lease:
    user_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a user can not be taken now: "gone", "not_started", "not_due", "taken", "limit" or "sign_in_first"."""

    code: str


class LeaseLost(Exception):
    """Somebody else has the mailbox, or nobody: whoever gets this writes nothing more about it."""


def due_users(now: datetime) -> QuerySet[MigrationUser]:
    """Users of started batches whose work is due and whom no worker has."""
    return MigrationUser.objects.filter(
        Q(lease="") | Q(lease_until__lte=now),
        batch__decision=Decision.STARTED,
        batch__deleted_at=None,
        status__in=TAKEABLE,
        due_at__lte=now,
    )


def is_nudged(now: datetime) -> Q:
    """Of whom the queue has been told: a worker will come, or the nudge was lost."""
    return Q(nudged_at__isnull=False, nudged_at__gt=now - timedelta(seconds=STALE_AFTER))


def working_users(now: datetime) -> QuerySet[MigrationUser]:
    """Users whom a worker has."""
    return MigrationUser.objects.exclude(lease="").filter(lease_until__gt=now)


def without_worker(now: datetime) -> Q:
    """Users that look worked on, though nobody does: the worker died, or its machine did."""
    run_out = ~Q(lease="") & Q(lease_until__lte=now)
    return run_out | Q(status__in=WORKING, lease="")


def users_without_worker(now: datetime) -> QuerySet[MigrationUser]:
    """The same, looked up in two parts, each by an index of its own: all mailboxes are too many to look at each time."""
    users = MigrationUser.objects.order_by()
    silent = users.filter(lease_until__lte=now).exclude(lease="")
    gone = users.filter(batch__in=MigrationBatch.objects.values("pk"), status__in=WORKING, lease="")
    return silent.union(gone, all=True)


def of_kind(users: QuerySet[MigrationUser], *, initial: bool) -> QuerySet[MigrationUser]:
    """Those with their first full copy ahead of them or under way, or those that have it: each kind has its own limit."""
    return users.filter(first_synced_at__isnull=initial)


def at_work(endpoint: MigrationEndpoint, now: datetime) -> int:
    """How many mailboxes of either kind work with this endpoint."""
    return working_users(now).filter(Q(batch__source=endpoint) | Q(batch__target=endpoint)).count()


def free_places(endpoint: MigrationEndpoint, now: datetime, *, initial: bool) -> int:
    """How many mailboxes more may work with it. None if the limit was lowered meanwhile: nobody is sent away."""
    return max(0, limits.limit(endpoint, now, initial=initial) - in_use(endpoint, now, initial=initial))


def is_cautious(batch: MigrationBatch, now: datetime) -> bool:
    """Whether the batch's credentials have yet to prove themselves (again)."""
    trusted = batch.signed_in_at is not None and batch.signed_in_at > now - TRUST_SIGN_IN
    return bool(batch.sign_in_failures) or not trusted


def take(user_id: int, now: datetime) -> Lease | Refusal:
    """Take the mailbox, unless it may not be worked on now. Two workers never get the same one, limits are kept."""
    with transaction.atomic():
        if (user := locked(user_id)) is None:
            return Refusal("gone")
        if code := _why_not(user, now):
            # Its nudge is used up: whoever looks for work next may give another.
            MigrationUser.objects.filter(pk=user.pk).update(nudged_at=None)
            return Refusal(code)
        return _lease_of(user, now)


def _lease_of(user: MigrationUser, now: datetime) -> Lease:
    """Whose first copy begins is validating from now on."""
    lease = Lease(user.pk, secrets.token_hex(16))
    changes = {**RELEASED, "lease": lease.token, "lease_until": now + settings.LEASE}
    if user.status == UserStatus.QUEUED:
        move_user(user, UserStatus.VALIDATING, at=now, **changes)
    else:
        MigrationUser.objects.filter(pk=user.pk).update(**changes)
    return lease


def locked(user_id: int) -> MigrationUser | None:
    """The user with batch and endpoints, all locked. SQLite has locked the whole database by now (BEGIN IMMEDIATE)."""
    of_user = MigrationUser.objects.filter(pk=user_id)
    ids = of_user.values_list("batch", "batch__source", "batch__target").first()
    if ids is None:
        return None
    batch_id, *endpoint_ids = ids
    endpoints = MigrationEndpoint.objects.select_for_update(no_key=True).filter(pk__in=endpoint_ids).order_by("pk")
    by_id = {endpoint.pk: endpoint for endpoint in endpoints}
    batch = MigrationBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    batch.source, batch.target = (by_id[pk] for pk in endpoint_ids)
    user = of_user.select_for_update(no_key=True).first()
    if user:
        user.batch = batch
    return user


def _why_not(user: MigrationUser, now: datetime) -> str:
    batch, initial = user.batch, user.first_synced_at is None
    if batch.decision != Decision.STARTED or batch.deleted_at:
        return "not_started"
    if user.lease and user.lease_until and user.lease_until > now:
        return "taken"
    if user.status not in TAKEABLE or user.due_at is None or user.due_at > now:
        return "not_due"
    if not all(free_places(endpoint, now, initial=initial) for endpoint in (batch.source, batch.target)):
        return "limit"
    if is_cautious(batch, now) and working_users(now).filter(batch=batch).exists():
        return "sign_in_first"
    return ""


def hold(lease: Lease, /, **changes: Any) -> None:
    """Write ``changes`` to the user's row if the lease is still ours; inside a transaction it stays ours to its end.

    Raises LeaseLost.
    """
    held = MigrationUser.objects.filter(pk=lease.user_id, lease=lease.token)
    if held.update(**{"lease": lease.token, **changes}) != 1:
        raise LeaseLost(f"migration user {lease.user_id}")


def held(lease: Lease) -> MigrationUser:
    """Status and batch's decision of the user whose lease is still ours, locked until the transaction ends.

    Raises LeaseLost.
    """
    users = MigrationUser.objects.select_related("batch").only("status", "batch__decision")
    locked = users.select_for_update(no_key=True, of=("self",))
    user = locked.filter(pk=lease.user_id, lease=lease.token).first()
    if user is None:
        raise LeaseLost(f"migration user {lease.user_id}")
    return user


def move(lease: Lease, old: str, new: str, /, *, at: datetime, **changes: Any) -> bool:
    """Move the user whose lease is still ours from one status to another, and write ``changes`` along.

    False if it has another status by now or the lease is lost, and nothing is written then. To the same status is no
    move: it leaves no trace in the timeline.
    """
    still = MigrationUser.objects.filter(pk=lease.user_id, lease=lease.token, status=old)
    if old == new:
        return bool(still.update(**changes))
    with transaction.atomic(savepoint=False):
        moved = new in USER_GRAPH[old] and bool(still.update(status=new, status_at=at, **changes))
        if moved:
            StatusChange.objects.create(user_id=lease.user_id, old=old, new=new, at=at)
    return moved


def renew(lease: Lease, now: datetime, **changes: Any) -> None:
    """A sign of life, with whatever else is to be written. Raises LeaseLost."""
    hold(lease, lease_until=now + settings.LEASE, **changes)


# What a move of a user writes along to let go of it.
RELEASED: dict[str, Any] = {"lease": "", "lease_until": None, "nudged_at": None, "extra_pairs": 0}
