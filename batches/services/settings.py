"""Changing a batch that is there already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.item_limits import KINDS, passed_limit
from batches.models import BatchSettings, MigrationBatch
from batches.moves import resume_users
from batches.queue import nudge_reconcile
from batches.services.batch import UNPROVED
from batches.services.permitted import NotNow
from batches.states import Decision, UserStatus
from core import audit
from core.models import Person

SETTINGS = (
    *("source_id", "target_id", "start_after", "allow_incremental_syncs"),
    *("notification_emails", "report_interval_hours"),
    *(field.name for field in BatchSettings._meta.get_fields()),
)
ENDPOINTS = {"source_id": "source", "target_id": "target"}
CHANGED_MEANWHILE = gettext_lazy(
    "These settings have been changed since this page was opened, and nothing of this has been saved. Open the page again "
    "to see them as they are now, then make your changes."
)


def settings_mark(batch: MigrationBatch) -> str:
    """Another one as soon as one of the settings is."""
    values = [str(batch.serializable_value(name)) for name in SETTINGS]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def change_settings(batch: MigrationBatch, changes: Mapping[str, Any], *, by: Person | None, seen: str = "") -> int:
    """Set these fields. Users that failed because of a limit that lets them pass now go on, if the batch is running.

    Returns how many those are. A selection that changed counts from the next sync of each mailbox on. Raises NotNow
    where endpoints or start can not be changed any more, or where the settings are others than those that were ``seen``.
    """
    with transaction.atomic():
        now = timezone.now()
        batch.refresh_from_db(from_queryset=MigrationBatch.objects.select_for_update(no_key=True))
        if seen and seen != settings_mark(batch):
            raise NotNow(str(CHANGED_MEANWHILE))
        changed = {name: value for name, value in changes.items() if getattr(batch, name) != value}
        _demand(batch, changed.keys(), now)
        if not changed:
            return 0
        written = {**changed, **_along(batch, changed, now)}
        for name, value in written.items():
            setattr(batch, name, value)
        batch.save(update_fields=[*written])
        going_on = _go_on(batch, by) if batch.decision == Decision.STARTED and changed.keys() & KINDS.keys() else 0
        audit.record(by, "change settings of batch", batch, **_told(batch, changed))
        nudge_reconcile()
    return going_on


def begins_later(batch: MigrationBatch, now: datetime) -> bool:
    """Whether it waits for its start time."""
    return batch.decision == Decision.STARTED and batch.start_after is not None and batch.start_after > now


def is_worked_on(batch: MigrationBatch) -> bool:
    """Whether a worker may have a mailbox of it at any moment."""
    return batch.decision == Decision.STARTED or batch.users.exclude(lease="").exists()


def _demand(batch: MigrationBatch, changed: Collection[str], now: datetime) -> None:
    names = {"name": batch.name}
    if batch.deleted_at or batch.decision == Decision.REMOVING:
        raise NotNow(_("%(name)s has been deleted. Its settings cannot be changed any more.") % names)
    if {"source", "target"} & set(changed) and is_worked_on(batch):
        raise NotNow(_("%(name)s is being worked on. Stop it first, then change its endpoints.") % names)
    if "start_after" in changed and not begins_later(batch, now):
        raise NotNow(_("%(name)s has begun already. Its start cannot be changed any more.") % names)


def _along(batch: MigrationBatch, changed: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What else changes then: when users are due, and whether the credentials have proved themselves."""
    along: dict[str, Any] = {}
    if {"source", "target"} & changed.keys():
        along |= UNPROVED
    if start_after := changed.get("start_after"):
        batch.users.filter(status=UserStatus.QUEUED, due_at=batch.start_after).update(due_at=start_after)
        along["started_at"] = start_after
    if "allow_incremental_syncs" in changed:
        due_at = now if changed["allow_incremental_syncs"] else None
        batch.users.filter(status=UserStatus.SYNCED).update(due_at=due_at)
    return along


def _go_on(batch: MigrationBatch, by: Person | None) -> int:
    failed = batch.users.filter(status=UserStatus.FAILED, error_code__in=KINDS)
    within = [user.pk for user in failed if passed_limit(user) is None]
    return resume_users(batch.users.filter(pk__in=within), at=timezone.now(), by=by, reason="limits")


def _told(batch: MigrationBatch, changed: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit log: endpoints by their names, which stay readable."""
    told = {name: _said(value) for name, value in changed.items() if name not in ENDPOINTS}
    return told | {side: getattr(batch, side).name for column, side in ENDPOINTS.items() if column in changed}


def _said(value: Any) -> Any:
    return value if isinstance(value, int | bool | list | None) else str(value)
