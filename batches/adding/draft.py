"""The CSV file with more users for a batch, kept encrypted until they are added: one for each person and batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from batches import services
from batches.models import BatchDraft, MigrationBatch, MigrationUser
from batches.states import Decision, UserStatus
from batches.uploads import keep_upload
from batches.wizard.checks import fault_in_file, faults_in_endpoints
from batches.wizard.file import read_file
from core.models import Person


@dataclass(frozen=True, slots=True)
class Added:
    """How many users of the file are new, have another password now, or another user name, are tried again with it, and
    stay as they are.
    """

    new: int
    passwords: int
    names: int
    retried: int
    same: int


def draft_for(batch: MigrationBatch, person: Person) -> BatchDraft:
    """That of this person, or a new one."""
    given = {"type": batch.type, "source": batch.source, "target": batch.target}
    return BatchDraft.objects.filter(adds_to=batch, by=person).first() or BatchDraft(adds_to=batch, by=person, **given)


def add_from(batch: MigrationBatch, *, by: Person, retry: bool) -> Added:
    """Add the new users of the kept file, which is gone then, and give those that are there already its passwords and user names.

    With ``retry`` those of the latter that have failed are tried again. Raises NotNow with the reason why not.
    """
    with transaction.atomic():
        draft = BatchDraft.objects.select_for_update().filter(adds_to=batch, by=by).first()
        if draft is None or not draft.csv:
            raise services.NotNow(_("There is no CSV file to add mailboxes from. Upload it first."))
        file = read_file(draft)
        if file.problems:
            raise services.NotNow(fault_in_file(file))
        for sentence in faults_in_endpoints(batch.type, batch.source, batch.target, file.rows).values():
            raise services.NotNow(sentence)
        changed = services.correct_sign_ins(batch, file.rows, by=by)
        new = services.add_users(batch, file.rows, by=by)
        if new or changed:
            keep_upload(batch, draft, file, by=by)
        retried = _retry(retriable(batch, changed), batch, by=by) if retry else 0
        draft.delete()
    passwords, names = sum(it.has_password for it in changed), sum(it.has_name for it in changed)
    return Added(new, passwords, names, retried, len(file.rows) - new - len(changed))


def retriable(batch: MigrationBatch, changed: Sequence[services.Correction]) -> list[MigrationUser]:
    """Those of them that have failed and could be tried again, which takes a batch that runs."""
    started = batch.decision == Decision.STARTED
    return [it.user for it in changed if started and it.user.status == UserStatus.FAILED]


def _retry(users: list[MigrationUser], batch: MigrationBatch, *, by: Person) -> int:
    if not users:
        return 0
    return services.command_users("resume", batch, [user.pk for user in users], by=by).done
