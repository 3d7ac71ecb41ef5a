"""Asking for verifications: of one mailbox, or of all mailboxes of a batch that have been copied."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from batches.models import MigrationBatch, MigrationUser, Verification
from batches.parts import in_parts
from batches.queue import nudge_reconcile
from batches.services.bulk import Outcome, lock_batch, record
from batches.services.permitted import NotNow
from batches.states import Decision
from core import audit
from core.models import Person


@transaction.atomic
def verify_user(user: MigrationUser, *, by: Person | None) -> None:
    """Compare its mailboxes as soon as a worker has time. Nothing new where that has been asked for already."""
    _demand(user.batch)
    if not _ask(MigrationUser.objects.filter(pk=user.pk), by) and not _waits(user):
        raise NotNow(_("This mailbox has not been copied yet, so there is nothing to verify."))
    audit.record(by, "verify user", user, batch=user.batch.name)


@transaction.atomic
def verify_users(batch: MigrationBatch, user_ids: Sequence[int], *, by: Person | None) -> Outcome:
    """The same for these users of a batch."""
    outcome, addresses = Outcome(), list[str]()
    lock_batch("verify", batch)
    for part in in_parts(user_ids):
        users = MigrationUser.objects.filter(batch=batch, pk__in=part)
        waiting = users.filter(verifications__in=_open()).count()
        found = users.filter(first_synced_at__isnull=False).exclude(verifications__in=_open())
        addresses += found.values_list("address", flat=True)
        asked = _ask(users, by)
        outcome.done += asked
        outcome.refused.update(asked_for=waiting, uncopied=users.count() - waiting - asked)
    outcome.refused = +outcome.refused
    record(by, "verify users", batch, addresses)
    return outcome


@transaction.atomic
def verify_batch(batch: MigrationBatch, *, by: Person | None) -> None:
    """Compare the mailboxes of all users that have their first copy."""
    _demand(batch)
    number = _ask(MigrationUser.objects.filter(batch=batch), by)
    if not number and not _open().filter(user__batch=batch).exists():
        raise NotNow(_("No mailbox of this batch has been copied yet, so there is nothing to verify."))
    audit.record(by, "verify batch", batch, mailboxes=number)


def stop_verifying_user(user: MigrationUser, *, by: Person | None) -> int:
    """What waits is forgotten, a worker that compares notices within seconds. Returns how many there were."""
    return _stop(_open().filter(user=user), "stop verifying user", user, by)


def stop_verifying_batch(batch: MigrationBatch, *, by: Person | None) -> int:
    """The same for all mailboxes of the batch."""
    return _stop(_open().filter(user__batch=batch), "stop verifying batch", batch, by)


@transaction.atomic
def _stop(verifications: QuerySet[Verification], action: str, thing: object, by: Person | None) -> int:
    number, _deleted = verifications.delete()
    if number:
        audit.record(by, action, thing, mailboxes=number)
    return number


def _demand(batch: MigrationBatch) -> None:
    if batch.deleted_at or batch.decision == Decision.REMOVING:
        raise NotNow(_("The batch has been deleted, and its passwords with it. What was verified before stays."))


def _ask(users: QuerySet[MigrationUser], by: Person | None) -> int:
    """For those that have been copied and do not wait for it already. Returns for how many."""
    copied = users.filter(first_synced_at__isnull=False).exclude(verifications__in=_open())
    rows = [Verification(user_id=pk, asked_at=timezone.now(), by=by) for pk in copied.values_list("pk", flat=True)]
    Verification.objects.bulk_create(rows, ignore_conflicts=True)
    nudge_reconcile()
    return len(rows)


def _open() -> QuerySet[Verification]:
    return Verification.objects.filter(ended_at=None)


def _waits(user: MigrationUser) -> bool:
    return _open().filter(user=user).exists()
