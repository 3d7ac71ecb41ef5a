"""Another password or user name for users that are in a batch already: the way to put a wrong one right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from batches.csv_import import CsvRow
from batches.models import MigrationBatch, MigrationType, MigrationUser
from batches.parts import MANY, in_parts
from batches.services.bulk import lock_batch, record
from core.models import Person


@dataclass(frozen=True, slots=True)
class Correction:
    """What a row gives a user that the user has not; it is set on ``user``, but not saved."""

    user: MigrationUser
    has_password: bool
    has_name: bool


def corrections(batch: MigrationBatch, rows: Sequence[CsvRow]) -> list[Correction]:
    """Of users that are in the batch. A row without a password, or without a user name, says nothing of it."""
    column, given = _column(batch), {row.address.lower(): row for row in rows if row.password or row.user_name}
    found: list[Correction] = []
    for part in in_parts(given):
        known = batch.users.filter(address_lower__in=part)
        for user in known.only("address", "address_lower", "status", "user_name", column):
            correction = _correct(user, column, given[user.address_lower])
            if correction.has_password or correction.has_name:
                found.append(correction)
    return found


def correct_sign_ins(batch: MigrationBatch, rows: Sequence[CsvRow], *, by: Person | None) -> list[Correction]:
    """Give users of the batch the passwords and user names of these rows, for their next sync; returns what is another.

    Raises NotNow if the batch has been deleted.
    """
    with transaction.atomic():
        lock_batch("add", batch)
        found = corrections(batch, rows)
        MigrationUser.objects.bulk_update([it.user for it in found], [_column(batch), "user_name"], batch_size=MANY)
        record(by, "give new passwords", batch, [it.user.address for it in found if it.has_password])
        record(by, "give new user names", batch, [it.user.address for it in found if it.has_name])
    return found


def _correct(user: MigrationUser, column: str, row: CsvRow) -> Correction:
    has_password = bool(row.password) and getattr(user, column) != row.password
    has_name = bool(row.user_name) and user.user_name != row.user_name
    if has_password:
        setattr(user, column, row.password)
    if has_name:
        user.user_name = row.user_name
    return Correction(user, has_password, has_name)


def _column(batch: MigrationBatch) -> str:
    return f"{MigrationType(batch.type).password_side}_password"
