"""From sign-in to the last report: what an administrator does on the first day, on real servers, in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from core.models import Person
from endpoints.certificates import read_pem
from tests.batches.mailboxes import SECRET, mails, new_address
from tests.corpus import Mail
from tests.e2e.moves import change_password, mailbox_is_equal
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
    upload,
)
from tests.servers.dovecot import MASTER_PASSWORD
from tests.servers.faultproxy import FaultProxy
from tests.servers.mailbox import fill

HALF = 150_000  # octets
HEADER = "EmailAddress,Password,ForceChangePassword"
ANOTHER = "Pa$$w0rd-of-old"  # of the last mailbox at the new server, until that is put right


@pytest.fixture
def way(system: System) -> Iterator[FaultProxy]:
    """What lies between the worker and the old server's TLS port."""
    with FaultProxy(system.old.host, system.old.tls_port) as proxy:
        yield proxy


@dataclass(frozen=True)
class Mailboxes:
    """On both servers; full on the old one, empty on the new one."""

    system: System
    addresses: Sequence[str]

    def receive(self, given: list[Mail]) -> None:
        """At the old server, each of them."""
        for address in self.addresses:
            fill(self.system.old.host, self.system.old.port, address, SECRET, given)

    def are_equal(self) -> bool:
        return all(mailbox_is_equal(self.system, address) for address in self.addresses)


@pytest.fixture
def mailboxes(system: System) -> Mailboxes:
    mailboxes = Mailboxes(system, [new_address(system.old, system.new) for _ in range(3)])
    mailboxes.receive(mails(60, size=4_000) + mails(20, folder=("Projecten", "Été"), first=100))
    return mailboxes


def test_an_administrator_moves_mailboxes_and_sees_it_happen(
    page: Page, system: System, administrator: Person, way: FaultProxy, mailboxes: Mailboxes
) -> None:
    for server in (system.old, system.new):
        server.add_user("testbox", SECRET)
    change_password(system.new, mailboxes.addresses[-1], ANOTHER)
    visitor = Visitor(page, system.web)
    visitor.sign_in(administrator)
    create_source(visitor, system, way.port)
    create_target(visitor, system)
    create_batch(visitor, mailboxes.addresses)
    follow_live(visitor, way)
    cure(visitor, system, mailboxes.addresses[-1])
    assert mailboxes.are_equal()
    mailboxes.receive(mails(1, first=500))
    sync_again(visitor)
    assert mailboxes.are_equal()
    read_reports(visitor, mailboxes.addresses[0])


def create_source(visitor: Visitor, system: System, port: int) -> None:
    """First with a wrong password."""
    page = visitor.page
    begin_endpoint(visitor, "testbox")
    name_administrator(page, "wrong")
    visitor.press("Next")
    name_server(page, port, "tls")
    page.get_by_label("Our own certification authority").check()
    page.get_by_label("Certificate of the authority").fill(system.old.ca_pem)
    visitor.press("Test and go on")
    expect(page.get_by_role("alert")).to_contain_text("refused the sign-in")
    expect(page.get_by_role("alert").locator(".words")).to_contain_text("Authentication failed")
    page.get_by_role("link", name="Account and test mailbox").click()
    page.get_by_label("Administrator's password").fill(MASTER_PASSWORD)
    visitor.press("Next")
    visitor.press("Test and go on")
    finish_endpoint(visitor, "EXCH-SRV-01")


def create_target(visitor: Visitor, system: System) -> None:
    """Its certificate is nobody's: somebody decides to trust exactly that one."""
    page = visitor.page
    begin_endpoint(visitor, "testbox")
    page.get_by_label("Test mailbox's password").fill(SECRET)
    visitor.press("Next")
    name_server(page, system.new.port, "starttls")
    visitor.press("Test and go on")
    fingerprint = read_pem(system.new.certificate.pem)[0].fingerprint
    expect(page.get_by_text(fingerprint)).to_be_visible()
    visitor.press("Trust exactly this certificate")
    finish_endpoint(visitor, "NEW-SRV")
    visitor.press("Make default target")


def create_batch(visitor: Visitor, addresses: Sequence[str]) -> None:
    """First from a file with errors: all are named at once, by line, and nothing is taken from it."""
    rows, last = [f"{address},{SECRET},False" for address in addresses], addresses[-1]
    begin_batch(visitor, "Staged migration")
    upload(visitor, csv_file("StagedBatch1.csv", HEADER, [*rows, "nobody,Pa$$w0rd,False", rows[-1]]))
    problems = visitor.page.get_by_role("region", name="Problems of the CSV file, by line")
    for line, value in (("5", "nobody"), ("6", last)):
        expect(problems.get_by_role("row").filter(has_text=line).filter(has_text=value)).to_be_visible()
    describe_batch(visitor, csv_file("StagedBatch1.csv", HEADER, rows), "EXCH-SRV-01", "NEW-SRV")
    visitor.press("Create the batch")
    visitor.expect_status("Created")


def follow_live(visitor: Visitor, way: FaultProxy) -> None:
    page = visitor.page
    way.hold_after(HALF)
    visitor.press_in_details("Start")
    page.evaluate("window.opened = 'once'")
    visitor.expect_status("Syncing")
    expect(visitor.details.get_by_role("progressbar", name="Items synced")).to_be_visible()
    way.release()
    visitor.expect_status("Synced with errors")
    assert page.evaluate("window.opened") == "once", "the page was loaded anew"


def cure(visitor: Visitor, system: System, address: str) -> None:
    """From the number of failed mailboxes to the reason; once that is put right, the mailbox is resumed."""
    page = visitor.page
    visitor.details.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("link", name=address).click()
    visitor.expect_status("Failed")
    expect(visitor.details).to_contain_text(f"The target server 127.0.0.1 refused the sign-in of {address}.")
    change_password(system.new, address, SECRET)
    visitor.press_in_details("Retry")
    visitor.expect_status("Synced")
    visitor.go("batches:list")
    page.get_by_role("link", name="StagedBatch1").click()
    visitor.expect_status("Synced")
    expect(page.get_by_role("row", name="StagedBatch1")).to_contain_text("100 %")


def sync_again(visitor: Visitor) -> None:
    """Nothing moves any more; the page sees it begin."""
    expect(visitor.details).to_contain_text("240 of 240")
    visitor.press_in_details("Sync now")
    expect(visitor.details).to_contain_text("243 of 243")
    visitor.expect_status("Synced")


def read_reports(visitor: Visitor, address: str) -> None:
    page = visitor.page
    assert f"{address},StagedBatch1,,Synced,81,0,81," in visitor.download("MigrationStatistics.csv")
    assert visitor.download("MigrationErrors.csv").splitlines()[1:] == []
    visitor.details.get_by_role("link", name="View details").click()
    page.get_by_role("link", name=address).click()
    visitor.expect_status("Synced")
    expect(visitor.details).to_contain_text("Last successful sync date")
    report = visitor.download("Download the report for this user")
    assert "Items synced: 81 of 81; skipped: 0." in report
    page.keyboard.press("Escape")
    expect(visitor.details).to_be_hidden()
