"""Commands on a whole batch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from batches.counting import count_by_status
from batches.models import MigrationBatch
from batches.moves import resume_users, stop_users
from batches.queue import nudge_reconcile
from batches.removal import finish_removal
from batches.services.permitted import allowed_commands, refusal
from batches.states import DECISION_GRAPH, BatchStatus, Decision, UserStatus, batch_status
from core import audit
from core.models import Person
from core.states import guarded_move

UNPROVED: dict[str, Any] = {"sign_in_failures": 0, "signed_in_at": None, "attention": ""}


def start_batch(batch: MigrationBatch, *, by: Person | None) -> None:
    """Start it, or go on where it was stopped; of a batch that runs with errors, try the failed users again.

    Users that had failed when a batch was stopped stay failed: to try them too, start it once more. So one with wrong
    passwords can not keep its whole batch from running. If all have failed, there is nothing else to go on with.
    """
    with transaction.atomic():
        now = timezone.now()
        status = _demand("start", batch, now)
        if status in {BatchStatus.SYNCED_WITH_ERRORS, BatchStatus.FAILED}:
            _try_failed(batch, now, by)
        else:
            _begin(batch, now, by)
        audit.record(by, "start batch", batch)
        nudge_reconcile()


def stop_batch(batch: MigrationBatch, *, by: Person | None) -> None:
    """Nothing of it runs any more: what waits stops now, what works within seconds. Finished mailboxes keep their status."""
    with transaction.atomic():
        now = timezone.now()
        _demand("stop", batch, now)
        guarded_move(batch, Decision.STOPPED, graph=DECISION_GRAPH, field="decision")
        stop_users(batch.users.all(), at=now, by=by)
        audit.record(by, "stop batch", batch)


def retry_failed(batch: MigrationBatch, *, by: Person | None) -> int:
    """Try the failed users of a running batch again. Returns how many there are."""
    with transaction.atomic():
        now = timezone.now()
        _demand("retry", batch, now)
        tried = _try_failed(batch, now, by)
        audit.record(by, "retry failed users", batch, users=tried)
        nudge_reconcile()
    return tried


def sync_now(batch: MigrationBatch, *, by: Person | None) -> int:
    """Bring the synced users up to date now instead of at their next turn. Returns how many there are."""
    with transaction.atomic():
        now = timezone.now()
        _demand("sync-now", batch, now)
        synced = batch.users.filter(status=UserStatus.SYNCED).update(due_at=now)
        audit.record(by, "sync batch now", batch, users=synced)
        nudge_reconcile()
    return synced


def delete_batch(batch: MigrationBatch, *, by: Person | None, **grounds: Any) -> None:
    """Stop it and take it off the list: at once if nobody works on it, otherwise when the last worker has let go.

    Its users, their history, reports and evidence stay; their passwords do not. ``grounds`` say why it may be deleted now:
    they are kept in the audit log.
    """
    with transaction.atomic():
        now = timezone.now()
        _demand("delete", batch, now)
        guarded_move(batch, Decision.REMOVING, graph=DECISION_GRAPH, field="decision")
        stop_users(batch.users.all(), at=now, by=by)
        audit.record(by, "delete batch", batch, users=batch.users.count(), **grounds)
        finish_removal(batch, now)


def _demand(command: str, batch: MigrationBatch, now: datetime) -> BatchStatus:
    """Read the batch anew, lock it, and see that the command is allowed. Returns what the batch shows."""
    batch.refresh_from_db(from_queryset=MigrationBatch.objects.select_for_update(no_key=True))
    counts = count_by_status(batch)
    status = batch_status(batch.decision, counts, start_after=batch.start_after, now=now)
    if batch.deleted_at:
        raise refusal(command, batch, BatchStatus.REMOVING)
    if command not in allowed_commands(status, failed=counts[UserStatus.FAILED]):
        raise refusal(command, batch, status)
    return status


def _begin(batch: MigrationBatch, now: datetime, by: Person | None) -> None:
    waited = batch.start_after is not None and batch.start_after > now
    started_at = batch.started_at if batch.started_at and not waited else now
    changes = {**UNPROVED, "started_at": started_at, "start_after": None}
    guarded_move(batch, Decision.STARTED, graph=DECISION_GRAPH, field="decision", **changes)
    batch.users.filter(status=UserStatus.QUEUED).update(due_at=now)
    resume_users(batch.users.filter(status=UserStatus.STOPPED), at=now, by=by)
    if not batch.users.exclude(status=UserStatus.FAILED).exists():
        _try_failed(batch, now, by)


def _try_failed(batch: MigrationBatch, now: datetime, by: Person | None) -> int:
    return resume_users(batch.users.filter(status=UserStatus.FAILED), at=now, by=by, reason="retry")
