"""Finds work in the database: what is due is nudged, what lost its worker is given back, what is being deleted is finished.

The queue may lose everything; the next call makes up for it.
"""

from __future__ import annotations

import heapq
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from batches import log
from batches.endings import MOST_RETRIES, failed
from batches.leases import (
    PLACES,
    RELEASED,
    due_users,
    is_cautious,
    is_nudged,
    of_kind,
    users_without_worker,
    without_worker,
    working_users,
)
from batches.models import MigrationBatch, MigrationUser
from batches.moves import move_user
from batches.queue import nudge_user
from batches.removal import finish_removal
from batches.states import REST, Decision, UserStatus
from batches.throughput import forget_old
from batches.verification.standing import nudge_verifications
from endpoints import limits
from endpoints.models import MigrationEndpoint

logger = logging.getLogger(__name__)

WORKER_LOST = "worker_lost"


def reconcile(now: datetime) -> None:
    """Put right what was interrupted, then see to it that all places are taken."""
    for user in users_without_worker(now):
        _take_back(user, now)
    for batch in MigrationBatch.objects.filter(decision=Decision.REMOVING, deleted_at=None):
        finish_removal(batch, now)
    nudge_due(now)
    nudge_verifications(now)
    forget_old(now)


def _take_back(user: MigrationUser, now: datetime) -> None:
    """What was copied stays, and the next worker goes on from there. A mailbox that kills every worker ends as failed."""
    with transaction.atomic():
        gone = MigrationUser.objects.select_for_update(no_key=True).filter(without_worker(now), pk=user.pk).first()
        if gone is None:
            return
        logger.warning("User %s lost its worker and is due again.", gone.pk)
        log.write(gone.pk, [(now, "The worker is gone. Another one will go on where it was.")])
        changes = {**RELEASED, "due_at": now, "retries": gone.retries + 1}
        if gone.status not in REST:
            MigrationUser.objects.filter(pk=gone.pk).update(**changes)
        elif gone.retries >= MOST_RETRIES and gone.status != UserStatus.STOPPING:
            ending = failed(WORKER_LOST, "", "", now)
            move_user(gone, UserStatus.FAILED, at=now, reason=WORKER_LOST, **{**changes, **ending.changes})
        else:
            move_user(gone, REST[gone.status], at=now, reason=WORKER_LOST, **changes)


def nudge_due(now: datetime) -> int:
    """Tell the queue of as many due users as there is room for. Returns how many.

    Batches take turns, the one with the fewest at work first; inside a batch the one that is due the longest, then
    the order of the CSV file.
    """
    waiting = due_users(now).exclude(is_nudged(now))
    if not waiting.exists():
        return 0  # as after nearly every turn: nobody needs to know how many places there are
    places = _Places(now, due_users(now).filter(is_nudged(now)))
    number = 0
    for user_id in places.hand_out(waiting):
        claimed = waiting.filter(pk=user_id).update(nudged_at=now)
        if claimed and not nudge_user(user_id):
            MigrationUser.objects.filter(pk=user_id).update(nudged_at=None)
            break
        number += claimed
    return number


class _Places:
    """How many mailboxes may still begin, at each endpoint and of each kind."""

    def __init__(self, now: datetime, nudged: QuerySet[MigrationUser]) -> None:
        self._now = now
        self._at_work: Counter[int] = Counter()  # by batch
        self._in_use: Counter[tuple[int, bool]] = Counter()  # by endpoint and kind
        for users in (working_users(now), nudged):
            self._count(users)

    def _count(self, users: QuerySet[MigrationUser]) -> None:
        keys = ("batch", "batch__source", "batch__target", "initial")
        kinds = users.order_by().annotate(initial=Q(first_synced_at__isnull=True))
        for batch, source, target, initial, number in kinds.values_list(*keys).annotate(places=PLACES):
            self._at_work[batch] += number
            for endpoint in {source, target}:
                self._in_use[endpoint, initial] += number

    def hand_out(self, waiting: QuerySet[MigrationUser]) -> Iterator[int]:
        """The users who come next; each one taken from here has its place."""
        batches = MigrationBatch.objects.filter(pk__in=waiting.order_by().values("batch"))
        lanes = [
            (self._at_work[batch.pk], batch.pk, initial, batch, self._next(waiting, batch, initial))
            for batch in batches.select_related("source", "target")
            for initial in (True, False)
        ]
        heapq.heapify(lanes)
        while lanes:
            at_work, pk, initial, batch, users = heapq.heappop(lanes)
            if not self._has_room(batch, initial) or (user_id := next(users, None)) is None:
                continue
            self._occupy(batch, initial)
            yield user_id
            heapq.heappush(lanes, (at_work + 1, pk, initial, batch, users))

    def _next(self, waiting: QuerySet[MigrationUser], batch: MigrationBatch, initial: bool) -> Iterator[int]:
        room = self._room(batch, initial)
        users = of_kind(waiting.filter(batch=batch), initial=initial).order_by("due_at", "position")
        return iter(users.values_list("pk", flat=True)[:room]) if room else iter(())

    def _room(self, batch: MigrationBatch, initial: bool) -> int:
        return max(0, min(self._free(endpoint, initial) for endpoint in (batch.source, batch.target)))

    def _free(self, endpoint: MigrationEndpoint, initial: bool) -> int:
        return limits.limit(endpoint, self._now, initial=initial) - self._in_use[endpoint.pk, initial]

    def _has_room(self, batch: MigrationBatch, initial: bool) -> bool:
        held_back = is_cautious(batch, self._now) and self._at_work[batch.pk]
        return not held_back and self._room(batch, initial) > 0

    def _occupy(self, batch: MigrationBatch, initial: bool) -> None:
        self._at_work[batch.pk] += 1
        for endpoint in {batch.source_id, batch.target_id}:
            self._in_use[endpoint, initial] += 1
