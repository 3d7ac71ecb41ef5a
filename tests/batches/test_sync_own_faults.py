"""What goes wrong in the system itself: a full disk, a mistake, a password where none belongs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from batches.models import FolderSync, LogLine, MigrationBatch, MigrationUser, SkippedItem, StatusChange
from batches.reconcile import nudge_due, reconcile
from batches.waiting import why
from core.models import AuditEntry
from tests.batches.examples import make_user
from tests.batches.mailboxes import SECRET, Migration, mails, new_address
from tests.servers.valkey import Valkey


@contextmanager
def full_disk() -> Iterator[None]:
    """The database file may not grow any more. PostgreSQL is told to say so, as it does when its disk is full."""
    connection_created.connect(fill_up)
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute(NO_ROOM[connection.vendor])
        yield
    finally:
        connection_created.disconnect(fill_up)
        with connection.cursor() as cursor:
            cursor.execute(ROOM[connection.vendor])


def fill_up(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """In SQLite each connection has a limit of its own."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(NO_ROOM["sqlite"])


NO_ROOM = {
    "sqlite": "PRAGMA max_page_count = 1",
    "postgresql": """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON batches_foldersync EXECUTE FUNCTION full_disk()""",
}
ROOM = {
    "sqlite": "PRAGMA max_page_count = 1073741823",
    "postgresql": "DROP TRIGGER full_disk ON batches_foldersync; DROP FUNCTION full_disk()",
}


def test_a_full_disk_leaves_the_user_to_be_tried_again_with_a_clear_reason(migration: Migration) -> None:
    migration.put([mail for number in range(40) for mail in mails(1, folder=(f"{number:0200}",), first=number)])
    with full_disk():
        user = migration.slice()
        assert user.lease == ""
        assert user.wait_code == "database"
    assert user.items_synced < 40
    reconcile(migration.now())
    user = migration.reread()
    assert user.status == "queued"
    assert "Look whether its disk is full" in why(user, migration.now())
    migration.later = timedelta(minutes=5)
    user = migration.slice()
    assert (user.status, user.items_synced, user.wait_code) == ("synced", 40, "")
    assert migration.is_complete()


def test_no_password_gets_into_logs_reports_errors_the_audit_log_or_the_queue(
    migration: Migration, valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    migration.put(mails(3))
    migration.slice()
    wrong = f"{SECRET}-wrong"
    other = make_user(
        migration.batch, new_address(migration.old, migration.new), source_password=wrong, target_password=SECRET
    )
    migration.user = other
    migration.slice()
    make_user(migration.batch, new_address(migration.old, migration.new), source_password=SECRET)
    nudge_due(migration.now())
    with valkey.client() as client:
        queued = client.lrange("celery", 0, -1)
    tables: list[Any] = [AuditEntry, LogLine, StatusChange, SkippedItem, MigrationBatch]
    kept = repr([list(table.objects.values()) for table in tables])
    errors = repr(list(MigrationUser.objects.values_list("error_words", "wait_words")))
    assert queued
    for place in (caplog.text, kept, errors, repr(queued), json.dumps([str(other), repr(other)])):
        assert SECRET not in place


def test_a_mistake_of_ours_is_in_the_workers_log_and_the_mailbox_is_tried_again(
    migration: Migration, caplog: pytest.LogCaptureFixture
) -> None:
    migration.put(mails(3))
    migration.slice()
    FolderSync.objects.update(state={"surprise": 1})
    migration.later = timedelta(hours=25)
    user = migration.slice()
    assert (user.status, user.wait_code, user.wait_words, user.retries) == ("synced", "unexpected", "TypeError", 1)
    assert "The worker's log tells what" in why(user, migration.now())
    assert "TypeError" in caplog.text
