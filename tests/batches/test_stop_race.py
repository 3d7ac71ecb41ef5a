"""A person stops a batch in the very moment in which a worker lets go of one of its mailboxes."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from batches.endings import interrupted, settle
from batches.leases import Lease, move, take
from batches.models import MigrationBatch
from batches.services import stop_batch
from batches.states import UserStatus
from tests.batches.examples import NOON, make_batch, make_user
from tests.servers.process import wait_until


def somebody_waits() -> bool:
    """For a row, on PostgreSQL; on SQLite one writer waits for the other anyway."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_whose_slice_ends_while_its_batch_is_stopped_is_stopped_too() -> None:
    user = make_user(batch := make_batch())
    lease = take(user.pk, NOON)
    assert isinstance(lease, Lease)
    assert move(lease, UserStatus.VALIDATING, UserStatus.SYNCING, at=NOON)

    def stop() -> None:
        try:
            stop_batch(MigrationBatch.objects.get(pk=batch.pk), by=None)
        finally:
            connection.close()

    person = threading.Thread(target=stop)
    with transaction.atomic():
        settle(lease, interrupted("slice", NOON), NOON)
        person.start()
        wait_until(somebody_waits, "the person waits for the worker")
    person.join()
    user.refresh_from_db()
    assert user.status == UserStatus.STOPPED
