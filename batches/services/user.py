"""Commands on one user of a batch."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from batches.journal import forget_item, forget_skipped
from batches.models import MigrationBatch, MigrationUser, SkippedItem
from batches.moves import move_user, resume_users
from batches.queue import nudge_reconcile
from batches.services.permitted import NotNow, allowed_user_commands, user_refusal
from batches.states import RUNNING, Decision, UserStatus
from core import audit
from core.models import Person


def stop_user(user: MigrationUser, *, by: Person | None) -> None:
    """It does not run any more until somebody resumes it, or starts its batch again after stopping that."""
    with transaction.atomic():
        now = _demand("stop", user)
        new = UserStatus.STOPPING if user.status in RUNNING else UserStatus.STOPPED
        move_user(user, new, at=now, reason="stop", by=by)
        _record(by, "stop user", user)


def resume_user(user: MigrationUser, *, by: Person | None) -> None:
    """A stopped user goes on, a failed one is tried again; so are the items that were skipped."""
    with transaction.atomic():
        now = _demand("resume", user)
        reason = "retry" if user.status == UserStatus.FAILED else "resume"
        forget_skipped([user.pk])
        resume_users(MigrationUser.objects.filter(pk=user.pk), at=now, by=by, reason=reason)
        user.refresh_from_db()
        _record(by, "resume user", user)
        nudge_reconcile()


def sync_user_now(user: MigrationUser, *, by: Person | None) -> None:
    """Bring a synced user up to date now instead of at its next turn; skipped items are tried again."""
    with transaction.atomic():
        user.due_at = _demand("sync-now", user)
        user.save(update_fields=["due_at"])
        if not user.lease:
            forget_skipped([user.pk])
        _record(by, "sync user now", user)
        nudge_reconcile()


def retry_item(item: SkippedItem, *, by: Person | None) -> None:
    """The next sync of this mailbox tries this one again; of a synced user that is at once."""
    with transaction.atomic():
        user = item.user
        batch = MigrationBatch.objects.select_for_update(no_key=True).get(pk=user.batch_id)
        user.refresh_from_db(from_queryset=MigrationUser.objects.select_for_update(no_key=True))
        user.batch = batch
        if batch.deleted_at or user.lease:
            raise NotNow(
                _("%(user)s is being worked on. Wait until its status says otherwise.") % {"user": user.address}
            )
        _record(by, "retry skipped item", user, folder=item.folder, uid=item.uid)
        forget_item(item)
        if user.status == UserStatus.SYNCED and batch.decision == Decision.STARTED:
            MigrationUser.objects.filter(pk=user.pk).update(due_at=timezone.now())
            nudge_reconcile()


def delete_user(user: MigrationUser, *, by: Person | None) -> None:
    """Take it out of its batch, passwords and journal included; what was copied stays on the target.

    The audit entry keeps what had been done. Of a whole batch the history stays: see ``delete_batch``.
    """
    with transaction.atomic():
        _demand("delete", user)
        _record(by, "delete user", user, status=user.status, synced=user.items_synced, skipped=user.items_skipped)
        user.delete()


def _demand(command: str, user: MigrationUser) -> datetime:
    """Read user and batch anew, lock them, and see that the command is allowed. Returns the time."""
    batch = MigrationBatch.objects.select_for_update(no_key=True).get(pk=user.batch_id)
    user.refresh_from_db(from_queryset=MigrationUser.objects.select_for_update(no_key=True))
    user.batch = batch
    if command not in allowed_user_commands(user, batch):
        raise user_refusal(command, user)
    return timezone.now()


def _record(by: Person | None, action: str, user: MigrationUser, **details: object) -> None:
    audit.record(by, action, user, batch=user.batch.name, **details)
