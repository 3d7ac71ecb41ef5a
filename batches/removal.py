"""The end of a deleted batch, once nobody works on it any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from batches.models import MigrationBatch, Verification
from batches.states import Decision

NO_PASSWORDS = {"source_password": "", "target_password": ""}


def finish_removal(batch: MigrationBatch, now: datetime) -> bool:
    """Wipe the passwords of a batch that is being deleted and take it off the list, unless a worker still has a user of it."""
    if not MigrationBatch.objects.filter(pk=batch.pk, decision=Decision.REMOVING, deleted_at=None).exists():
        return False
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=MigrationBatch.objects.select_for_update(no_key=True))
        if batch.deleted_at or batch.users.exclude(lease="").exists():
            return False
        Verification.objects.filter(user__batch=batch, ended_at=None).delete()
        batch.users.update(**NO_PASSWORDS)
        batch.deleted_at = now
        batch.save(update_fields=["deleted_at"])
    return True
