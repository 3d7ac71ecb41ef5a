"""The same work in a browser that runs no script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.models import Person
from tests.batches.mailboxes import SECRET, mails, new_address
from tests.e2e.moves import mailbox_is_equal
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.e2e.wizards import (
    begin_batch,
    begin_endpoint,
    csv_file,
    describe_batch,
    finish_endpoint,
    name_administrator,
    name_server,
)
from tests.servers.browser import Browser
from tests.servers.mailbox import fill
from tests.servers.process import wait_until


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        yield context.new_page()


def test_endpoints_and_a_batch_are_made_followed_and_deleted(
    plain_page: Page, system: System, administrator: Person
) -> None:
    address = new_address(system.old, system.new)
    fill(system.old.host, system.old.port, address, SECRET, mails(5))
    visitor = Visitor(plain_page, system.web)
    visitor.sign_in(administrator)
    create_endpoints(visitor, system, address)
    file = csv_file("StagedBatch1.csv", "EmailAddress,Password", [f"{address},{SECRET}"])
    begin_batch(visitor, "Staged migration")
    describe_batch(visitor, file, "OLD-SRV", "NEW-SRV")
    visitor.press("Create the batch")
    visitor.press_in_details("Start")
    expect(plain_page.get_by_text("StagedBatch1 has been started.")).to_be_visible()
    wait_until(lambda: shows_synced(visitor), "the batch is synced")
    assert mailbox_is_equal(system, address)
    read_and_delete(visitor, address)


def create_endpoints(visitor: Visitor, system: System, mailbox: str) -> None:
    page = visitor.page
    begin_endpoint(visitor, mailbox)
    name_administrator(page)
    visitor.press("Next")
    name_server(page, system.old.port, "none")
    visitor.press("Test and go on")
    finish_endpoint(visitor, "OLD-SRV")
    begin_endpoint(visitor, mailbox)
    visitor.press("Next")
    name_server(page, system.new.port, "none")
    visitor.press("Skip the test")
    finish_endpoint(visitor, "NEW-SRV")


def shows_synced(visitor: Visitor) -> bool:
    visitor.page.reload()
    return visitor.details.locator(".badge").first.inner_text().strip() == "Synced"


def read_and_delete(visitor: Visitor, address: str) -> None:
    page = visitor.page
    assert f"{address},StagedBatch1,,Synced,5,0,5," in visitor.download("MigrationStatistics.csv")
    visitor.details.get_by_role("link", name="View details").click()
    page.get_by_role("link", name=address).click()
    visitor.expect_status("Synced")
    page.get_by_role("link", name="Close the details").click()
    page.get_by_role("main").get_by_role("link", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete StagedBatch1?")).to_be_visible()
    page.get_by_label("Or: why delete it without that?").fill("The mail of this domain has gone elsewhere long ago.")
    visitor.press("Delete")
    expect(page.get_by_role("heading", name="No migration batches yet")).to_be_visible()
