"""The CSV file with more users for a batch, kept encrypted until they are added: one for each person and batch."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from batches import services
from batches.models import BatchDraft, MigrationBatch
from batches.uploads import keep_upload
from batches.wizard_checks import fault_in_file, faults_in_endpoints
from batches.wizard_file import read_file
from core.models import Person


def draft_for(batch: MigrationBatch, person: Person) -> BatchDraft:
    """That of this person, or a new one."""
    given = {"type": batch.type, "source": batch.source, "target": batch.target}
    return BatchDraft.objects.filter(adds_to=batch, by=person).first() or BatchDraft(adds_to=batch, by=person, **given)


def add_from(batch: MigrationBatch, *, by: Person) -> tuple[int, int]:
    """Add the new users of the kept file, which is gone then. Returns how many are new, and how many were there already.

    Raises NotNow with the reason why not.
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
        number = services.add_users(batch, file.rows, by=by)
        if number:
            keep_upload(batch, draft, file, by=by)
        draft.delete()
    return number, len(file.rows) - number
