"""What goes wrong between a worker and two servers, and what a person reads then."""

from __future__ import annotations

import imaplib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from batches.models import LogLine, MigrationBatch, MigrationUser, SkippedItem, StatusChange
from batches.reconcile import nudge_due, reconcile
from batches.services import resume_user, start_batch, sync_user_now
from batches.states import Decision
from batches.waiting import why
from endpoints.models import SignIn
from tests.batches.examples import make_user
from tests.batches.mailboxes import SECRET, Migration, mails, new_address
from tests.batches.test_sync_stop import HALF, SOME, in_the_middle, proxy
from tests.servers.dovecot import Dovecot
from tests.servers.faultproxy import FaultProxy
from tests.servers.process import wait_until
from tests.servers.valkey import Valkey

__all__ = ["proxy"]


def refused_sign_ins(server: Dovecot) -> int:
    """How many the server has counted since it began."""
    return sum("auth failed" in line for line in server.log.splitlines())


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_wrong_password_is_not_tried_a_second_time(migration: Migration, side: str) -> None:
    migration.put(mails(3))
    before = migration.on_the_source()
    server = migration.old if side == "source" else migration.new
    refused = refused_sign_ins(server)
    MigrationUser.objects.update(**{f"{side}_password": "wrong"})
    user = migration.slice()
    assert (user.status, user.error_code, user.error_side) == ("failed", "sign_in_failed", side)
    assert "Authentication failed" in user.error_words
    assert user.error_at is not None
    assert user.due_at is None
    migration.later = timedelta(days=2)
    reconcile(migration.now())
    assert migration.slice().status == "failed"
    wait_until(lambda: refused_sign_ins(server) > refused, "the server has written its log")
    assert refused_sign_ins(server) == refused + 1
    assert migration.on_the_source() == before


def test_once_the_password_is_right_a_retry_clears_the_error(migration: Migration) -> None:
    migration.put(mails(3))
    MigrationUser.objects.update(source_password="wrong")
    resume = migration.slice()
    MigrationUser.objects.update(source_password=SECRET)
    resume_user(resume, by=None)
    user = migration.slice()
    assert (user.status, user.error_code, user.error_side, user.error_words) == ("synced", "", "", "")
    assert user.error_at is None
    assert migration.is_complete()


@pytest.mark.parametrize(("sign_in", "most"), [(SignIn.USER, 3), (SignIn.TEMPLATE, 2)])
def test_after_a_few_refused_sign_ins_nobody_else_of_the_batch_is_tried(
    migration: Migration, sign_in: str, most: int
) -> None:
    admin = {"sign_in": sign_in, "user_template": "{user}*{admin}", "admin_user": "migadmin", "admin_password": "wrong"}
    for name, value in admin.items():
        setattr(migration.source, name, value)
    migration.source.save()
    refused = refused_sign_ins(migration.old)
    for _ in range(5):
        make_user(migration.batch, new_address(migration.old), target_password=SECRET)
    MigrationUser.objects.update(source_password="wrong")
    for user in migration.batch.users.all():
        migration.user = user
        migration.slice()
    batch = MigrationBatch.objects.get()
    assert (batch.decision, batch.attention) == (Decision.STOPPED, "sign_in_failures")
    assert [user.status for user in batch.users.all()] == ["failed"] * most + ["stopped"] * (6 - most)
    wait_until(lambda: refused_sign_ins(migration.old) >= refused + most, "the server has written its log")
    assert refused_sign_ins(migration.old) == refused + most
    assert nudge_due(migration.now()) == 0


def test_a_full_mailbox_fails_and_goes_on_where_it_was_once_there_is_room(migration: Migration) -> None:
    set_quota(migration, 300_000)
    migration.put(SOME)
    user = migration.slice()
    assert (user.status, user.error_code, user.error_side) == ("failed", "over_quota", "target")
    assert "Quota exceeded" in user.error_words
    before = user.items_synced
    assert before == sum(map(len, migration.on_the_target().values()))
    set_quota(migration, 0)
    resume_user(user, by=None)
    assert migration.slice().status == "synced"
    # A small message may have found room before the larger ones that came earlier: all are there, once, in another order.
    assert sorted(migration.on_the_target()["INBOX"]) == sorted(migration.on_the_source()["INBOX"])


def set_quota(migration: Migration, octets: int) -> None:
    allow(migration, f"userdb_quota_rule=*:bytes={octets}" if octets else "")
    wait_until(lambda: (b"STORAGE" in quota_of(migration)) == bool(octets), "the server knows the quota")


def allow(migration: Migration, rule: str) -> None:
    """What the new server lets this user have; it looks at its list at most once a second."""
    line = f"{migration.user.address}:{{PLAIN}}{SECRET}::::::{rule}\n"
    (migration.new.home / "users" / migration.user.address).write_text(line)


def quota_of(migration: Migration) -> bytes:
    with imaplib.IMAP4(migration.new.host, migration.new.port) as client:
        client.login(migration.user.address, SECRET)
        return repr(client.getquotaroot("INBOX")).encode()


def test_a_message_that_the_target_refuses_is_listed_and_everything_else_arrives(migration: Migration) -> None:
    limit_message_size(migration, 50_000)
    large = mails(1, size=80_000, first=7)
    migration.put(mails(5) + large + mails(5, first=10))
    user = migration.slice()
    assert (user.status, user.items_synced, user.items_skipped) == ("synced", 10, 1)
    item = SkippedItem.objects.get()
    assert (item.folder, item.uid, item.subject, item.size) == ("INBOX", 6, "Message 7", len(large[0].content))
    assert (item.kind, item.date and item.date.year) == ("too_large", 2009)
    assert item.reason
    assert len(migration.on_the_target()["INBOX"]) == 10
    assert "Skipped message: folder INBOX, UID 6" in "\n".join(LogLine.objects.values_list("text", flat=True))


def test_a_skipped_message_is_tried_again_when_a_person_asks_for_it(migration: Migration) -> None:
    limit_message_size(migration, 50_000)
    migration.put(mails(1, size=80_000))
    user = migration.slice()
    limit_message_size(migration, 500_000)
    sync_user_now(user, by=None)
    user = migration.slice()
    assert (user.status, user.items_synced, user.items_skipped) == ("synced", 1, 0)
    assert migration.is_complete()


def limit_message_size(migration: Migration, octets: int) -> None:
    allow(migration, f"userdb_quota_max_mail_size={octets}")
    wait_until(lambda: takes(migration, octets - 2_000) and not takes(migration, octets + 2_000), "the limit counts")


def takes(migration: Migration, octets: int) -> bool:
    with imaplib.IMAP4(migration.new.host, migration.new.port) as client:
        client.login(migration.user.address, SECRET)
        answer, _ = client.append("INBOX", "", "", b"Subject: probe\r\n\r\n" + b"x" * octets)
        if answer == "OK":
            client.select("INBOX")
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
        return answer == "OK"


def test_a_line_that_breaks_in_the_middle_is_tried_again_later_and_nothing_is_doubled(
    migration: Migration, proxy: FaultProxy
) -> None:
    migration.put(SOME)
    proxy.cut_after(HALF)
    user = migration.slice()
    assert (user.status, user.wait_code, user.retries, user.error_code) == ("queued", "hung_up", 1, "")
    assert user.due_at is not None
    assert timedelta(seconds=20) < user.due_at - migration.now() <= timedelta(seconds=30)
    assert "try 1 of 8" in why(user)
    assert migration.slice().retries == 1
    migration.later = timedelta(minutes=1)
    user = migration.slice()
    assert (user.status, user.retries, user.wait_code) == ("synced", 0, "")
    assert migration.is_complete()


def test_a_server_that_is_gone_is_tried_a_bounded_number_of_times(migration: Migration, proxy: FaultProxy) -> None:
    proxy.mode = "refuse"
    while (user := migration.slice()).status == "queued":
        migration.later += timedelta(hours=2)
    assert (user.status, user.error_side, user.due_at) == ("failed", "source", None)
    assert user.error_code in {"hung_up", "connection_refused", "unavailable"}
    assert StatusChange.objects.filter(new="validating").count() == 9
    migration.batch.refresh_from_db()
    assert migration.batch.sign_in_failures == 0


def test_mail_that_arrives_between_two_broken_lines_counts_as_progress(migration: Migration, proxy: FaultProxy) -> None:
    migration.put(mails(800, size=10_000))
    tries = []
    while (user := migration.reread()).status == "queued":
        proxy.cut_after(3_000_000)
        tries.append(migration.slice().retries)
        migration.later += timedelta(hours=2)
    assert user.status == "synced"
    assert max(tries) == 1
    assert migration.is_complete()


def test_a_folder_that_is_deleted_in_the_middle_does_not_keep_the_rest_back(
    migration: Migration, proxy: FaultProxy
) -> None:
    migration.put(mails(50, size=5_000, folder=("Zomer",)))

    def delete() -> None:
        with imaplib.IMAP4(migration.old.host, migration.old.port) as client:
            client.login(migration.user.address, SECRET)
            assert client.delete("Zomer")[0] == "OK"

    user = in_the_middle(migration, proxy, delete)
    migration.later = timedelta(minutes=5)
    user = migration.slice()
    assert user.status == "synced"
    assert migration.on_the_target()["INBOX"] == migration.on_the_source()["INBOX"]


def test_a_mailbox_that_is_deleted_in_the_middle_ends_with_a_reason(migration: Migration, proxy: FaultProxy) -> None:
    def delete() -> None:
        (migration.old.home / "users" / migration.user.address).unlink()
        wait_until(lambda: is_removed(migration.old.mail_of(migration.user.address)), "the mail is gone")
        wait_until(lambda: not can_sign_in(migration), "the old server knows the user no more")
        proxy.cut()

    user = in_the_middle(migration, proxy, delete)
    for _ in range(3):
        migration.later += timedelta(minutes=5)
        user = migration.slice()
    assert (user.status, user.error_code, user.error_side) == ("failed", "sign_in_failed", "source")
    assert user.items_synced == sum(map(len, migration.on_the_target().values()))


def is_removed(mail: Path) -> bool:
    shutil.rmtree(mail, ignore_errors=True)  # the session that still runs may write into it meanwhile
    return not mail.exists()


def can_sign_in(migration: Migration) -> bool:
    client = imaplib.IMAP4(migration.old.host, migration.old.port)
    try:
        client.login(migration.user.address, SECRET)
    except imaplib.IMAP4.error:
        return False
    finally:
        client.shutdown()  # logging out would leave the socket open where the server has hung up
    return True


def test_without_a_broker_start_is_heard_and_the_work_begins_when_it_is_back(
    migration: Migration, valkey: Valkey
) -> None:
    MigrationBatch.objects.update(decision=Decision.CREATED)
    valkey.kill()
    start_batch(migration.batch, by=None)
    reconcile(migration.now())
    user = migration.reread()
    assert (user.batch.decision, user.nudged_at) == (Decision.STARTED, None)
    assert why(user) == "It is due: the next free worker takes it up."
    valkey.start()
    reconcile(migration.now())
    assert migration.reread().nudged_at is not None


def test_a_broker_that_goes_in_the_middle_is_not_missed(
    migration: Migration, proxy: FaultProxy, valkey: Valkey
) -> None:
    user = in_the_middle(migration, proxy, valkey.kill)
    assert user.status == "synced"
    assert migration.is_complete()
