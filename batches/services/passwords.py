"""New passwords for users that are in a batch already: the way to put a wrong one right."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from batches.csv_import import CsvRow
from batches.models import MigrationBatch, MigrationType, MigrationUser
from batches.parts import MANY, in_parts
from batches.services.bulk import lock_batch, record
from core.models import Person


def with_new_passwords(batch: MigrationBatch, rows: Sequence[CsvRow]) -> list[MigrationUser]:
    """Users of the batch to whom a row gives another password than they have; it is set on them, but not saved."""
    column, given = _column(batch), {row.address.lower(): row.password for row in rows if row.password}
    found: list[MigrationUser] = []
    for part in in_parts(given):
        for user in batch.users.filter(address_lower__in=part).only("address", "address_lower", "status", column):
            if getattr(user, column) != given[user.address_lower]:
                setattr(user, column, given[user.address_lower])
                found.append(user)
    return found


def give_passwords(batch: MigrationBatch, rows: Sequence[CsvRow], *, by: Person | None) -> list[MigrationUser]:
    """Give users of the batch the passwords of these rows, for their next sync; returns those for whom it is another one.

    A row without a password changes nothing. Raises NotNow if the batch has been deleted.
    """
    with transaction.atomic():
        lock_batch("add", batch)
        users = with_new_passwords(batch, rows)
        MigrationUser.objects.bulk_update(users, [_column(batch)], batch_size=MANY)
        record(by, "give new passwords", batch, [user.address for user in users])
    return users


def _column(batch: MigrationBatch) -> str:
    """In a staged batch the password is that of the new mailbox, in an IMAP one that of the old."""
    return "target_password" if batch.type == MigrationType.STAGED else "source_password"
