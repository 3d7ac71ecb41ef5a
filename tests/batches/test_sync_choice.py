"""A batch's selection, fast lane and limits, from one real server to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from batches.models import MigrationBatch
from batches.services import change_settings
from tests.batches.mailboxes import Migration, mails
from tests.corpus import Mail
from tests.servers.mailbox import Seen


def received(given: list[Mail], date: datetime) -> list[Mail]:
    return [replace(mail, date=date) for mail in given]


def on_the_target(migration: Migration) -> dict[str, int]:
    found: dict[str, list[Seen]] = migration.on_the_target()
    return {name: len(messages) for name, messages in found.items() if messages}


def test_what_is_not_selected_is_copied_once_it_is(migration: Migration) -> None:
    old = datetime(2001, 6, 1, tzinfo=UTC)
    migration.put(mails(4) + mails(2, folder=("Junk",), first=10))
    migration.put(received(mails(3, first=20), old))
    MigrationBatch.objects.update(received_from=date(2005, 1, 1), skip_junk=True)
    migration.reread()
    user = migration.slice()
    assert (user.status, user.items_total, user.items_synced) == ("synced", 4, 4)
    assert on_the_target(migration) == {"INBOX": 4}
    change_settings(migration.batch, {"received_from": None, "skip_junk": False}, by=None)
    migration.later = timedelta(hours=25)
    user = migration.slice()
    assert (user.status, user.items_total, user.items_synced) == ("synced", 9, 9)
    assert on_the_target(migration) == {"INBOX": 7, "Junk": 2}


def test_the_newest_mail_comes_first_and_the_history_in_a_later_turn(migration: Migration) -> None:
    recent = timezone.now() - timedelta(days=2)
    migration.put(mails(3) + mails(2, folder=("Work",), first=10))
    migration.put(received(mails(2, first=20), recent))
    MigrationBatch.objects.update(fast_lane_days=14, started_at=timezone.now())
    migration.reread()
    user = migration.slice()
    assert (user.status, user.items_synced, user.first_synced_at) == ("queued", 2, None)
    assert user.fast_lane_at is not None
    assert on_the_target(migration) == {"INBOX": 2}
    user = migration.slice()
    assert (user.status, user.items_synced) == ("synced", 7)
    assert on_the_target(migration) == {"INBOX": 5, "Work": 2}
