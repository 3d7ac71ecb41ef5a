"""A mailbox that fails: what a person reads, and how it is put right."""

from __future__ import annotations

from playwright.sync_api import expect

from endpoints.models import SignIn
from tests.batches.examples import endpoint_of
from tests.batches.mailboxes import SECRET, mails, new_address
from tests.e2e.moves import change_password, mailbox_is_equal
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.e2e.wizards import begin_batch, csv_file, describe_batch
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER
from tests.servers.mailbox import fill

TYPED = "Pa$$w0rd-typed"  # in the CSV file, where the mailbox has another


def test_a_failed_mailbox_says_why_and_a_retry_brings_it_once_that_is_put_right(
    visitor: Visitor, system: System
) -> None:
    right, wrong = (new_address(system.old, system.new) for _ in range(2))
    for address in (right, wrong):
        fill(system.old.host, system.old.port, address, SECRET, mails(5))
    create_batch(visitor, system, [f"{right},{right},{SECRET}", f"{wrong},{wrong},{TYPED}"])
    visitor.press_in_details("Start")
    visitor.expect_status("Synced with errors")
    read_why(visitor, wrong)
    change_password(system.old, wrong, TYPED)
    visitor.press_in_details("Retry")
    visitor.expect_status("Synced")
    expect(visitor.details.locator(".notice-danger")).to_have_count(0)
    change_password(system.old, wrong, SECRET)
    assert mailbox_is_equal(system, right)
    assert mailbox_is_equal(system, wrong)


def create_batch(visitor: Visitor, system: System, rows: list[str]) -> None:
    master = {"user_template": "{user}*{admin}", "admin_user": MASTER_USER, "admin_password": MASTER_PASSWORD}
    endpoint_of(system.old, "OLD-SRV")
    endpoint_of(system.new, "NEW-SRV", sign_in=SignIn.TEMPLATE, **master)
    file = csv_file("ImapBatch1.csv", "EmailAddress,UserName,Password", rows)
    begin_batch(visitor, "IMAP migration")
    describe_batch(visitor, file, "OLD-SRV", "NEW-SRV")
    visitor.press("Create the batch")
    visitor.expect_status("Created")


def read_why(visitor: Visitor, address: str) -> None:
    """From the number of failed mailboxes to the reason."""
    visitor.details.get_by_role("link", name="1", exact=True).click()
    visitor.page.get_by_role("link", name=address).click()
    visitor.expect_status("Failed")
    expect(visitor.details).to_contain_text(f"The source server 127.0.0.1 refused the sign-in of {address}.")
    expect(visitor.details).to_contain_text("NO [AUTHENTICATIONFAILED] Authentication failed.")
    assert TYPED not in visitor.page.content()
