"""A mailbox from one real server to the other."""

from __future__ import annotations

import imaplib
from datetime import timedelta

from batches.models import StatusChange
from tests.batches.mailboxes import SECRET, Migration, mails
from tests.corpus import corpus


def timeline(migration: Migration) -> list[str]:
    return list(StatusChange.objects.filter(user=migration.user).order_by("pk").values_list("new", flat=True))


def test_the_initial_sync_brings_everything_and_tells_exactly_how_much(migration: Migration) -> None:
    migration.put(list(corpus(220, largest=100_000)))
    user = migration.slice()
    assert migration.is_complete()
    assert (user.status, user.items_total, user.items_synced, user.items_skipped) == ("synced", 221, 221, 0)
    assert user.octets_synced == user.octets_total > 0
    assert timeline(migration) == ["queued", "validating", "syncing", "synced"]
    assert user.active_seconds > 0
    assert user.first_synced_at == user.last_synced_at is not None
    assert user.last_new_items_at is not None
    assert (user.lease, user.lease_until, user.error_code, user.wait_code) == ("", None, "", "")
    assert user.due_at is not None
    assert user.due_at - user.last_synced_at == timedelta(hours=24)


def test_the_report_tells_what_happened(migration: Migration) -> None:
    migration.put(mails(5))
    migration.slice()
    lines = list(migration.user.log.values_list("text", flat=True))
    assert lines == [
        f"Signed in at 127.0.0.1:{migration.source.port} and at 127.0.0.1:{migration.target.port}.",
        "Source mailbox: 1 folder, 5 messages, 2.9 KB (2,955 bytes); 5 messages to copy.",
        "Folder INBOX to INBOX: 5 messages, 5 to copy.",
        "Copy progress: 5/5 messages, 2.9 KB (2,955 bytes).",
        "Status: Synced.",
    ]


def test_an_incremental_sync_brings_new_mail_and_changed_flags(migration: Migration) -> None:
    migration.put(mails(10))
    first = migration.slice()
    migration.put(mails(3, first=10) + mails(2, folder=("Archief",), first=20))
    with imaplib.IMAP4(migration.old.host, migration.old.port) as client:
        client.login(migration.user.address, SECRET)
        client.select("INBOX")
        client.store("1:4", "+FLAGS", "(\\Flagged)")
    migration.later = timedelta(hours=25)
    second = migration.slice()
    assert migration.is_complete()
    assert timeline(migration)[-2:] == ["incremental_syncing", "synced"]
    assert (second.items_total, second.items_synced) == (15, 15)
    assert second.octets_synced > first.octets_synced
    assert second.first_synced_at == first.first_synced_at


def test_a_pass_that_brings_nothing_new_leaves_only_its_date(
    migration: Migration,
) -> None:
    migration.put(mails(10))
    first = migration.slice()
    lines = migration.user.log.count()
    migration.later = timedelta(hours=25)
    second = migration.slice()
    assert second.status == "synced"
    assert second.last_new_items_at == first.last_new_items_at
    assert second.last_synced_at is not None
    assert first.last_synced_at is not None
    assert second.last_synced_at > first.last_synced_at
    assert (second.items_synced, second.octets_synced) == (first.items_synced, first.octets_synced)
    assert migration.is_complete()
    assert timeline(migration)[-1] == "synced"
    assert (len(timeline(migration)), second.log.count()) == (4, lines)


def test_changed_flags_alone_are_told_in_full(migration: Migration) -> None:
    migration.put(mails(3))
    migration.slice()
    lines = migration.user.log.count()
    with imaplib.IMAP4(migration.old.host, migration.old.port) as client:
        client.login(migration.user.address, SECRET)
        client.select("INBOX")
        client.store("1", "+FLAGS", "(\\Flagged)")
    migration.later = timedelta(hours=25)
    migration.slice()
    assert migration.is_complete()
    assert timeline(migration)[-2:] == ["incremental_syncing", "synced"]
    assert list(migration.user.log.values_list("text", flat=True))[lines:] == [
        "Source mailbox: 1 folder, 3 messages, 1.7 KB (1,773 bytes); 0 messages to copy.",
        "Flags of 1 message of INBOX changed.",
        "Status: Synced.",
    ]


def test_before_its_time_a_synced_mailbox_is_left_alone(migration: Migration) -> None:
    migration.slice()
    migration.put(mails(1))
    assert migration.slice().items_synced == 0


def test_without_incremental_syncs_nothing_is_due_any_more(migration: Migration) -> None:
    migration.batch.allow_incremental_syncs = False
    migration.batch.save()
    assert migration.slice().due_at is None


def test_the_first_sign_in_that_works_lets_the_others_come(migration: Migration) -> None:
    migration.slice()
    migration.batch.refresh_from_db()
    assert migration.batch.signed_in_at is not None
