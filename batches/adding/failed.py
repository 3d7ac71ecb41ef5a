"""A new batch from the failed users of another: a draft of the wizard that is filled in already."""

from __future__ import annotations

import csv
import io
from typing import cast

from django.utils.translation import gettext as _

from batches.csv_import.columns import COLUMNS, EMAIL_ADDRESS, FORCE_CHANGE_PASSWORD, PASSWORD, USER_NAME, CsvType
from batches.models import BatchDraft, BatchSettings, MigrationBatch, MigrationType, MigrationUser, StartMode
from batches.services import NotNow
from batches.states import UserStatus
from batches.wizard.file import keep_file
from core.models import Person

LONGEST_NAME = 64
# What a draft says for itself.
_ITS_OWN = frozenset({"name", "start_after", "csv_name"})


def draft_from_failed(batch: MigrationBatch, *, by: Person) -> BatchDraft:
    """Described as ``batch`` is, with its failed users and their passwords in the file, which is encrypted.

    They leave ``batch`` when the new one is created. Raises NotNow if there is none.
    """
    failed = list(batch.users.filter(status=UserStatus.FAILED).order_by("position"))
    if not failed:
        raise NotNow(_("No mailbox of %(name)s has failed.") % {"name": batch.name})
    taken_over = [field.name for field in BatchSettings._meta.get_fields() if field.name not in _ITS_OWN]
    settings = {name: getattr(batch, name) for name in taken_over}
    draft = BatchDraft(
        by=by, source=batch.source, target=batch.target, takes_from=batch, start=StartMode.MANUAL, **settings
    )
    draft.name, draft.scheduled = _free_name(batch.name), True
    keep_file(draft, _csv(failed, MigrationType(batch.type)).encode(), f"{draft.name}.csv")
    draft.save()
    return draft


def _free_name(name: str) -> str:
    """``StagedBatch1-2``, or the next number that no batch has."""
    number = 2
    while MigrationBatch.objects.filter(name__iexact=_numbered(name, number), deleted_at=None).exists():
        number += 1
    return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    ending = f"-{number}"
    return name[: LONGEST_NAME - len(ending)] + ending


def _csv(users: list[MigrationUser], migration_type: MigrationType) -> str:
    columns: tuple[str, ...] = COLUMNS[cast(CsvType, migration_type.value)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    password = f"{migration_type.password_side}_password"
    writer.writerows(_row(user, getattr(user, password)) for user in users)
    return text.getvalue()


def _row(user: MigrationUser, password: str) -> dict[str, str]:
    force = user.force_change_password
    return {
        EMAIL_ADDRESS: user.address,
        USER_NAME: user.user_name,
        PASSWORD: password,
        FORCE_CHANGE_PASSWORD: "" if force is None else str(force),
    }
