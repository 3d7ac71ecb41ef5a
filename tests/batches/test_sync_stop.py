"""Stopping, resuming, slices: an interruption is ordinary."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from batches import keeper
from batches.leases import Lease, take
from batches.models import MigrationUser, StatusChange
from batches.reconcile import reconcile
from batches.services import delete_batch, resume_user, start_batch, stop_batch, stop_user
from mailsync import ledger
from tests.batches.mailboxes import Migration, heard, mails
from tests.servers.faultproxy import FaultProxy
from tests.servers.process import wait_until

SOME = mails(200, size=5_000)
HALF = 700_000  # octets: more than the messages of one command that stores many, less than all


@pytest.fixture
def proxy(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """Stands between a worker, which here has a quick pulse, and the old server."""
    monkeypatch.setattr(keeper, "BEAT", 0.1)
    monkeypatch.setattr(ledger, "EVERY", 0)
    with FaultProxy(migration.old.host, migration.old.port) as proxy:
        migration.source.port = proxy.port
        migration.source.save()
        migration.reread()
        yield proxy


def in_a_thread(call: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def in_the_middle(migration: Migration, proxy: FaultProxy, then: Callable[[], Any]) -> MigrationUser:
    """Begin a slice, do something while some of the mailbox is copied, and read the user when the slice has ended."""
    migration.put(SOME)
    proxy.hold_after(HALF)
    worker = in_a_thread(migration.slice)
    wait_until(proxy.holding.is_set, "no more comes from the old server")
    wait_until(lambda: any(migration.on_the_target().values()), "some of it is stored")
    then()
    proxy.release()
    worker.join()
    return migration.reread()


def ended_in_the_middle(user: MigrationUser) -> bool:
    return 0 < user.items_synced < len(SOME) and user.lease == ""


def goes_on(migration: Migration) -> bool:
    """Whether the next slice ends with exactly the source's content."""
    user = migration.slice()
    return migration.is_complete() and (user.status, user.items_synced) == ("synced", len(SOME))


def test_a_stopped_user_stops_in_the_middle_and_goes_on_there_when_it_is_resumed(
    migration: Migration, proxy: FaultProxy
) -> None:
    def stop() -> None:
        stop_user(migration.reread(), by=None)
        assert migration.reread().status == "stopping"
        heard(migration)

    user = in_the_middle(migration, proxy, stop)
    assert user.status == "stopped"
    assert ended_in_the_middle(user)
    assert migration.slice().status == "stopped"
    resume_user(user, by=None)
    assert goes_on(migration)


def test_a_stopped_batch_stops_its_users_in_the_middle_and_goes_on_when_it_is_started(
    migration: Migration, proxy: FaultProxy
) -> None:
    def stop() -> None:
        stop_batch(migration.batch, by=None)
        heard(migration)

    user = in_the_middle(migration, proxy, stop)
    assert user.status == "stopped"
    assert ended_in_the_middle(user)
    start_batch(migration.batch, by=None)
    assert goes_on(migration)


def test_a_batch_that_is_deleted_in_the_middle_is_gone_when_its_worker_has_let_go(
    migration: Migration, proxy: FaultProxy
) -> None:
    def delete() -> None:
        delete_batch(migration.batch, by=None)
        assert migration.batch.deleted_at is None
        heard(migration)

    user = in_the_middle(migration, proxy, delete)
    assert user.status == "stopped"
    assert user.batch.deleted_at is not None
    assert (user.source_password, user.target_password) == ("", "")


def test_when_its_time_is_over_a_mailbox_waits_for_its_next_turn(
    migration: Migration, proxy: FaultProxy, settings: Settings
) -> None:
    settings.LEASE = timedelta(hours=1)

    def time_passes() -> None:
        migration.ahead = settings.SYNC_SLICE.total_seconds()

    user = in_the_middle(migration, proxy, time_passes)
    assert user.status == "queued"
    assert ended_in_the_middle(user)
    assert StatusChange.objects.latest("pk").reason == "slice"
    assert user.nudged_at is not None
    assert goes_on(migration)


def test_a_mailbox_that_is_looked_through_for_longer_than_its_turn_lasts_gets_on_all_the_same(
    migration: Migration, proxy: FaultProxy, settings: Settings
) -> None:
    settings.LEASE = timedelta(hours=1)
    migration.put(SOME)
    proxy.hold_after(1)
    worker = in_a_thread(migration.slice)
    wait_until(proxy.holding.is_set, "the source is asked")
    migration.ahead = settings.SYNC_SLICE.total_seconds()
    proxy.release()
    worker.join()
    assert migration.reread().items_synced > 0


def test_a_worker_that_is_told_to_end_gives_its_mailboxes_back(migration: Migration, proxy: FaultProxy) -> None:
    def tell() -> None:
        keeper.shutting_down.set()
        heard(migration)

    try:
        user = in_the_middle(migration, proxy, tell)
    finally:
        keeper.shutting_down.clear()
    assert user.status == "queued"
    assert StatusChange.objects.latest("pk").reason == "shutdown"
    assert goes_on(migration)


def test_while_one_huge_message_is_on_its_way_the_lease_lives(
    migration: Migration, proxy: FaultProxy, settings: Settings
) -> None:
    settings.LEASE = timedelta(seconds=1)
    migration.put(mails(1, size=2_000_000))
    proxy.hold_after(HALF)
    worker = in_a_thread(migration.slice)
    wait_until(proxy.holding.is_set, "half of the message is there")
    taken_at = migration.reread().lease_until
    assert taken_at is not None
    wait_until(lambda: migration.now() > taken_at, "a lease that nobody renews has run out")
    reconcile(migration.now())
    proxy.release()
    worker.join()
    assert migration.reread().status == "synced"
    assert not StatusChange.objects.filter(reason="worker_lost").exists()


def test_a_worker_that_was_given_up_for_dead_writes_nothing_more(
    migration: Migration, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    """Its machine slept, say: meanwhile another worker took the mailbox over and finished it."""
    known = f"User {migration.user.pk} was given to somebody else"

    def take_over() -> None:
        with transaction.atomic():  # lest the worker gives a sign of life in between
            MigrationUser.objects.update(lease_until=migration.now())
            reconcile(migration.now())
        wait_until(lambda: known in caplog.text, "the worker knows")
        successor = in_a_thread(migration.slice)
        proxy.release()
        successor.join()
        taken_over.append(migration.reread())

    taken_over: list[MigrationUser] = []
    user = in_the_middle(migration, proxy, take_over)
    assert migration.is_complete()
    assert (user.status, user.items_synced) == ("synced", len(SOME))
    assert user.octets_synced == taken_over[0].octets_synced


def test_two_workers_that_are_given_the_same_user_copy_it_once(migration: Migration) -> None:
    migration.put(SOME)
    workers = [in_a_thread(migration.slice) for _ in range(4)]
    for worker in workers:
        worker.join()
    assert migration.reread().status == "synced"
    assert migration.is_complete()
    assert StatusChange.objects.filter(new="validating").count() == 1


def test_who_was_stopped_between_the_nudge_and_the_sign_in_is_not_signed_in(migration: Migration) -> None:
    lease = take(migration.user.pk, migration.now())
    assert isinstance(lease, Lease)
    stop_batch(migration.batch, by=None)
    reconcile(migration.now() + timedelta(hours=1))
    assert migration.slice().status == "stopped"
    assert migration.reread().lease == ""
