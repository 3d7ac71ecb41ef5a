"""A batch that is stopped and resumed, and those whose worker or broker dies: what the page says, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.batches.mailboxes import SECRET, mails
from tests.e2e.moves import Move, prepare_move
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.faultproxy import FaultProxy
from tests.servers.mailbox import fill
from tests.servers.process import wait_until
from tests.servers.valkey import Valkey

SLOW = 0.05  # seconds for each 16 KB: the mailboxes below take several times as long as a story looks at them
LARGE = mails(800, size=5_000)


@pytest.fixture
def way(system: System) -> Iterator[FaultProxy]:
    """A slow line between the worker and the old server."""
    with FaultProxy(system.old.host, system.old.port) as proxy:
        proxy.latency = SLOW
        yield proxy


@pytest.fixture
def move(system: System, way: FaultProxy) -> Move:
    return prepare_move(system, [LARGE, LARGE], port=way.port)


def start(visitor: Visitor, move: Move) -> None:
    """Until the first mail has arrived."""
    visitor.go("batches:detail", move.batch.pk)
    visitor.press_in_details("Start")
    visitor.expect_status("Syncing")
    expect(visitor.details).to_contain_text("Throughput now")


def test_a_running_batch_is_stopped_and_goes_on_later_without_loss_or_double(
    visitor: Visitor, move: Move, way: FaultProxy
) -> None:
    start(visitor, move)
    visitor.details.get_by_role("link", name="Stop", exact=True).click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Stop", exact=True).click()
    visitor.expect_status("Stopped")
    assert not move.is_complete()
    way.latency = 0
    visitor.press_in_details("Resume")
    visitor.expect_status("Synced")
    assert move.is_complete()


def test_when_the_worker_dies_the_page_says_so_and_the_next_worker_finishes(
    visitor: Visitor, move: Move, way: FaultProxy, system: System
) -> None:
    start(visitor, move)
    system.worker.kill()
    expect(visitor.details).to_contain_text("no sign of life")
    way.latency = 0
    system.start_worker()
    visitor.expect_status("Synced")
    assert move.is_complete()
    visitor.go("batches:user", move.batch.pk, move.users[0].pk)
    visitor.details.get_by_text("Timeline").click()
    expect(visitor.details).to_contain_text("its worker was lost; it goes on where it was")


def test_work_goes_on_without_the_broker_and_new_work_begins_when_it_is_back(
    visitor: Visitor, move: Move, way: FaultProxy, system: System, running_valkey: Valkey
) -> None:
    start(visitor, move)
    running_valkey.kill()
    way.latency = 0
    visitor.expect_status("Synced")
    fill(system.old.host, system.old.port, move.users[0].address, SECRET, mails(1, size=200))
    visitor.press_in_details("Sync now")
    expect(visitor.page.get_by_text("The message broker cannot be reached.")).to_be_visible()
    running_valkey.start()
    wait_until(move.is_complete, "the worker has found the broker again", seconds=90)
    visitor.expect_status("Synced")
