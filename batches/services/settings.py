"""Changing a batch while it runs."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from batches.item_limits import KINDS, passed_limit
from batches.models import MigrationBatch
from batches.moves import resume_users
from batches.queue import nudge_reconcile
from batches.states import Decision, UserStatus
from core import audit
from core.models import Person


def change_settings(batch: MigrationBatch, changes: dict[str, Any], *, by: Person | None) -> int:
    """Set these fields. Users that failed because of a limit that lets them pass now go on, if the batch is running.

    Returns how many those are. A selection that changed counts from the next sync of each mailbox on.
    """
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=MigrationBatch.objects.select_for_update(no_key=True))
        changed = {name: value for name, value in changes.items() if getattr(batch, name) != value}
        for name, value in changed.items():
            setattr(batch, name, value)
        batch.save(update_fields=[*changed])
        going_on = _go_on(batch, by) if batch.decision == Decision.STARTED and changed.keys() & KINDS.keys() else 0
        audit.record(by, "change settings of batch", batch, **{name: _said(value) for name, value in changed.items()})
        nudge_reconcile()
    return going_on


def _go_on(batch: MigrationBatch, by: Person | None) -> int:
    failed = batch.users.filter(status=UserStatus.FAILED, error_code__in=KINDS)
    within = [user.pk for user in failed if passed_limit(user) is None]
    return resume_users(batch.users.filter(pk__in=within), at=timezone.now(), by=by, reason="limits")


def _said(value: Any) -> Any:
    return value if isinstance(value, int | bool | list | None) else str(value)
