"""A real worker, a real beat and a real broker, and what becomes of the work when one of them is gone."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batches.models import StatusChange
from batches.services import start_batch, stop_user
from batches.states import Decision
from tests.batches.examples import make_user
from tests.batches.mailboxes import SECRET, Migration, heard, mails, new_address
from tests.servers.faultproxy import FaultProxy
from tests.servers.process import wait_until
from tests.servers.valkey import Valkey
from tests.servers.worker import Beat, Worker

SOME = mails(200, size=5_000)
HALF = 400_000  # octets
QUICK: dict[str, Any] = {"LEASE_SECONDS": "3", "RECONCILE_SECONDS": "1"}


@pytest.fixture
def beat(migration: Migration, valkey: Valkey, tmp_path: Path) -> Iterator[Beat]:
    with Beat(tmp_path, **QUICK) as running:
        yield running


@pytest.fixture
def proxy(migration: Migration) -> Iterator[FaultProxy]:
    with FaultProxy(migration.old.host, migration.old.port) as proxy:
        migration.source.port = proxy.port
        migration.source.save()
        yield proxy


def is_synced(migration: Migration) -> bool:
    return migration.reread().status == "synced"


def another(migration: Migration) -> None:
    """One more user of the batch, with an empty mailbox."""
    address = new_address(migration.old, migration.new)
    make_user(migration.batch, address, source_password=SECRET, target_password=SECRET)


def test_start_is_all_it_takes(migration: Migration, beat: Beat, tmp_path: Path) -> None:
    migration.batch.decision = Decision.CREATED
    migration.batch.save()
    migration.put(SOME)
    for _ in range(5):
        another(migration)
    start_batch(migration.batch, by=None)
    with Worker(tmp_path, **QUICK):
        wait_until(lambda: migration.batch.users.filter(status="synced").count() == 6, "all are synced", seconds=60)
    assert migration.is_complete()


def test_a_worker_that_is_killed_in_the_middle_costs_nothing_and_doubles_nothing(
    migration: Migration, beat: Beat, proxy: FaultProxy, tmp_path: Path
) -> None:
    migration.put(SOME)
    proxy.hold_after(HALF)
    with Worker(tmp_path, **QUICK) as worker:
        wait_until(proxy.holding.is_set, "half of the mailbox is copied", seconds=60)
        heard(migration)
        worker.kill()
    proxy.release()
    assert migration.reread().status == "syncing"
    assert migration.user.log.filter(text__startswith="Source mailbox: 1 folder, 200 messages").exists()
    with Worker(tmp_path, **QUICK):
        wait_until(lambda: is_synced(migration), "another worker has finished it", seconds=60)
    assert migration.is_complete()
    assert migration.user.items_synced == len(SOME)
    assert StatusChange.objects.filter(reason="worker_lost").count() == 1


def test_a_worker_that_is_asked_to_end_gives_its_mailbox_back_first(
    migration: Migration, beat: Beat, proxy: FaultProxy, tmp_path: Path
) -> None:
    migration.put(SOME)
    proxy.hold_after(HALF)
    with Worker(tmp_path, **QUICK) as worker:
        wait_until(proxy.holding.is_set, "half of the mailbox is copied", seconds=60)
        os.kill(worker._process.pid, signal.SIGTERM)
        heard(migration)
        proxy.release()
        wait_until(lambda: migration.reread().lease == "", "the mailbox is given back", seconds=60)
    assert (migration.user.status, StatusChange.objects.latest("pk").reason) == ("queued", "shutdown")
    assert migration.user.items_synced < len(SOME)


def test_a_broker_that_loses_everything_loses_no_work(
    migration: Migration, beat: Beat, proxy: FaultProxy, valkey: Valkey, tmp_path: Path
) -> None:
    migration.put(SOME)
    proxy.hold_after(HALF)
    another(migration)
    with Worker(tmp_path, **QUICK):
        wait_until(proxy.holding.is_set, "half of the mailbox is copied", seconds=60)
        valkey.kill()
        proxy.release()
        wait_until(lambda: is_synced(migration), "the mailbox at work is finished", seconds=60)
        valkey.start()
        wait_until(lambda: migration.batch.users.filter(status="synced").count() == 2, "the other is found", seconds=90)
    assert migration.is_complete()


def test_a_person_stops_a_mailbox_that_a_worker_has(
    migration: Migration, beat: Beat, proxy: FaultProxy, tmp_path: Path
) -> None:
    migration.put(SOME)
    proxy.hold_after(HALF)
    with Worker(tmp_path, **QUICK):
        wait_until(proxy.holding.is_set, "half of the mailbox is copied", seconds=60)
        stop_user(migration.reread(), by=None)
        heard(migration)
        proxy.release()
        wait_until(lambda: migration.reread().status == "stopped", "it has stopped", seconds=60)
    assert migration.user.items_synced < len(SOME)
