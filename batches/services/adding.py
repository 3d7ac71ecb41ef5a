"""More users for a batch that is there already, and those of it that another batch takes over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from batches.csv_import import CsvRow
from batches.models import MigrationBatch, MigrationUser
from batches.parts import in_parts
from batches.queue import nudge_reconcile
from batches.services.bulk import lock_batch, record
from batches.services.creation import addresses_in_use, create_users, lock_endpoints, see_that_nothing_is_taken
from batches.services.domains import see_that_domains_are_verified
from batches.states import Decision, UserStatus
from core import audit
from core.models import Person


def new_rows(batch: MigrationBatch, rows: Sequence[CsvRow]) -> list[CsvRow]:
    """Those whose address is not in the batch."""
    known: set[str] = set()
    for part in in_parts(row.address.lower() for row in rows):
        known.update(batch.users.filter(address_lower__in=part).values_list("address_lower", flat=True))
    return [row for row in rows if row.address.lower() not in known]


def add_users(batch: MigrationBatch, rows: Sequence[CsvRow], *, by: Person | None) -> int:
    """Add the users whose address is not in the batch, last in the order of work; returns how many.

        They begin when the batch does; of a running one that is now. The others stay as they are: see ``correct_sign_ins``. Raises
    NotNow if the batch has been deleted, if meanwhile an address is in another batch, or if a domain is not verified.
    """
    with transaction.atomic():
        lock_endpoints(batch.source, batch.target)
        lock_batch("add", batch)
        new, now = new_rows(batch, rows), timezone.now()
        addresses = [row.address for row in new]
        see_that_nothing_is_taken(addresses_in_use(addresses))
        see_that_domains_are_verified(batch.type, addresses)
        due_at = (batch.start_after or now) if batch.decision == Decision.STARTED else None
        last = batch.users.aggregate(last=Max("position"))["last"] or 0
        for part in in_parts(new):
            create_users(batch, part, due_at, now, by, after=last)
        record(by, "add users", batch, addresses, already_there=len(rows) - len(new))
        nudge_reconcile()
    return len(new)


def release_failed(batch: MigrationBatch, addresses: Collection[str], *, to: str, by: Person | None) -> int:
    """Delete those of the batch's failed users that have one of these addresses: the batch ``to`` takes them over.

    What was copied stays on the target and is found again there. Returns how many. Part of a transaction.
    """
    released = 0
    for part in in_parts(address.lower() for address in addresses):
        failed = MigrationUser.objects.filter(batch=batch, status=UserStatus.FAILED, address_lower__in=part)
        released += failed.count()
        failed.delete()
    if released:
        audit.record(by, "hand over failed users", batch, users=released, into=to)
    return released
