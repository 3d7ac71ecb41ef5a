"""Moving users from one batch to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from batches.models import LogLine, MigrationBatch, MigrationUser
from batches.parts import in_parts
from batches.queue import nudge_reconcile
from batches.services.bulk import Outcome, locked_users, record
from batches.services.permitted import NotNow
from batches.states import WORKING, Decision, UserStatus
from core.models import Person


def destinations(batch: MigrationBatch) -> QuerySet[MigrationBatch]:
    """Batches that its users can be moved to: between the same two servers, or what was copied would not be found again."""
    alike = MigrationBatch.objects.filter(source=batch.source_id, target=batch.target_id, type=batch.type)
    alive = alike.filter(deleted_at=None).exclude(decision=Decision.REMOVING)
    return alive.exclude(pk=batch.pk).order_by("name")


def move_to_batch(
    batch: MigrationBatch, user_ids: Sequence[int], destination_id: int, *, by: Person | None
) -> tuple[Outcome, MigrationBatch]:
    """They keep their status, history and what was copied, and come last in the order of the other batch.

    Those that a worker has stay where they are. Raises NotNow if the other batch does not suit.
    """
    outcome, addresses = Outcome(), list[str]()
    with transaction.atomic():
        destination = _lock(batch, destination_id)
        last = destination.users.aggregate(last=Max("position"))["last"] or 1
        for part in in_parts(user_ids):
            fit = _fit(batch, part, outcome)
            _move(fit, destination, last + len(addresses), timezone.now())
            addresses += [user.address for user in fit]
            _note(fit, batch, destination, timezone.now())
        outcome.done = len(addresses)
        record(by, "move users", batch, addresses, into=destination.name)
        nudge_reconcile()
    return outcome, destination


def _lock(batch: MigrationBatch, destination_id: int) -> MigrationBatch:
    both = MigrationBatch.objects.select_for_update(no_key=True).filter(pk__in=(batch.pk, destination_id))
    found = {locked.pk: locked for locked in both.order_by("pk")}
    batch.refresh_from_db()
    if batch.deleted_at or batch.decision == Decision.REMOVING:
        raise NotNow(_("The batch %(name)s has been deleted: nothing in it can be moved.") % {"name": batch.name})
    if not destinations(batch).filter(pk=destination_id).exists():
        raise NotNow(
            _("Mailboxes can be moved to a batch of the same type between the same two endpoints. Choose another one.")
        )
    return found[destination_id]


def _fit(batch: MigrationBatch, user_ids: Sequence[int], outcome: Outcome) -> list[MigrationUser]:
    users = locked_users(batch, user_ids).only("address", "status", "lease", "due_at", "position").order_by("position")
    fit = []
    for user in users:
        if user.lease or user.status in WORKING:
            outcome.refused[user.status] += 1
        else:
            fit.append(user)
    return fit


def _move(users: Sequence[MigrationUser], destination: MigrationBatch, last: int, now: datetime) -> None:
    """A mailbox in the queue waits for what the other batch waits for."""
    for number, user in enumerate(users, start=1):
        user.batch, user.position, user.moved_at = destination, last + number, now
    MigrationUser.objects.bulk_update(users, ["batch", "position", "moved_at"])
    queued = MigrationUser.objects.filter(pk__in=[user.pk for user in users], status=UserStatus.QUEUED)
    started = destination.decision == Decision.STARTED
    queued.update(due_at=(destination.start_after or now) if started else None, nudged_at=None)


def _note(users: Sequence[MigrationUser], batch: MigrationBatch, destination: MigrationBatch, now: datetime) -> None:
    text = f"Moved from the batch {batch.name} to the batch {destination.name}."
    LogLine.objects.bulk_create(LogLine(user=user, at=now, text=text) for user in users)
