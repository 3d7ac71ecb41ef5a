"""Finding a mailbox or a batch by what somebody on the telephone says.

Mailboxes are found by how their address begins, in whatever batch: that is what an index answers, also with hundreds of
thousands of them. Where none begins so, as with a surname, all addresses are read for it. Batches are found by any part of
their name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from batches.figures import BatchRow, batch_rows
from batches.listing import users_without_secrets
from batches.models import MigrationBatch, MigrationUser

MOST = 50  # of each that are shown
_LAST = "\U0010ffff"  # sorts behind whatever an address may go on with


@dataclass(frozen=True, slots=True)
class Found:
    """``users`` come with batch and endpoints, ``more`` says whether there are others besides; deleted batches' come last."""

    users: Sequence[MigrationUser]
    batches: Sequence[BatchRow]
    more: bool

    @property
    def only_user(self) -> MigrationUser | None:
        return self.users[0] if len(self.users) == 1 and not self.batches else None

    @property
    def only_batch(self) -> MigrationBatch | None:
        return self.batches[0].batch if len(self.batches) == 1 and not self.users else None


def find(text: str) -> Found:
    """An exact address is found alone, however many begin like it. Nothing is found by nothing."""
    wanted = text.replace("\0", "").strip().lower()[:254]
    if not wanted:
        return Found((), (), more=False)
    users = _users(Q(address_lower=wanted)) or _users(_begins_with(wanted)) or _users(Q(address_lower__contains=wanted))
    named = MigrationBatch.objects.filter(name__icontains=wanted).order_by("name")
    batches = batch_rows(named.select_related("source", "target")[:MOST], now=timezone.now())
    batches.sort(key=lambda row: (row.batch.deleted_at is not None, row.batch.name.casefold()))
    return Found(users[:MOST], batches, more=len(users) > MOST)


def _users(wanted: Q) -> list[MigrationUser]:
    found = users_without_secrets().filter(wanted).select_related("batch__source", "batch__target")
    first = list(found.order_by("address_lower", "-batch")[: MOST + 1])
    return sorted(first, key=lambda user: user.batch.deleted_at is not None)


def _begins_with(text: str) -> Q:
    """In the words that each database answers from its index: SQLite uses none for LIKE as Django writes it."""
    if connection.vendor == "sqlite":
        return Q(address_lower__gte=text, address_lower__lt=text + _LAST)
    return Q(address_lower__startswith=text)
