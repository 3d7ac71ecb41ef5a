"""The helpdesk's call and the manager's morning: what they see, and what they are never offered."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from batches.models import MigrationUser, SkippedItem
from batches.states import Decision
from core.models import Person
from tests.batches.downloads import sheets
from tests.batches.examples import NOON, make_batch, make_user
from tests.e2e.system import System
from tests.e2e.visitor import Visitor

SUBJECT = "Salaries of the board"
COMMANDS = ("Start", "Stop", "Resume", "Retry failed", "Sync now", "Delete", "New migration batch")


@pytest.fixture
def user(system: System) -> MigrationUser:
    """A synced mailbox with one item left behind, beside one that failed."""
    batch = make_batch()
    times: dict[str, Any] = {"first_synced_at": NOON, "last_synced_at": NOON, "due_at": None}
    user = make_user(batch, status="synced", items_synced=7, items_skipped=1, items_total=8, **times)
    make_user(batch, "tobyn@contoso.com", status="failed", error_code="sign_in_failed", error_words="NO", due_at=None)
    about = {"folder": "INBOX", "kind": "too_large", "reason": "NO [LIMIT] Too large", "date": NOON, "size": 9_000_000}
    SkippedItem.objects.create(user=user, folder_key="a", uid=4, subject=SUBJECT, **about)
    return user


def expect_no_commands(visitor: Visitor, user: MigrationUser) -> None:
    for place in (("batches:list",), ("batches:detail", user.batch_id), ("batches:user", user.batch_id, user.pk)):
        visitor.go(*place)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        for command in COMMANDS:
            expect(visitor.page.get_by_role("button", name=command, exact=True)).to_have_count(0)
            expect(visitor.page.get_by_role("link", name=command, exact=True)).to_have_count(0)
    visitor.go("batches:wizard-start")
    expect(visitor.page.get_by_role("main")).to_contain_text("Only an administrator can do this.")


def test_helpdesk_sees_how_far_a_mailbox_is_and_nothing_else(
    page: Page, system: System, helpdesk: Person, user: MigrationUser
) -> None:
    visitor = Visitor(page, system.web)
    visitor.sign_in(helpdesk)
    expect_no_commands(visitor, user)
    visitor.go("batches:user", user.batch_id, user.pk)
    visitor.expect_status("Synced")
    expect(visitor.details).to_contain_text("Too large")
    assert SUBJECT not in page.content()
    expect(page.locator("a[download]")).to_have_count(0)
    for file in ("batches:statistics", "batches:errors"):
        visitor.go(file, user.batch_id)
        expect(page.get_by_role("main")).to_contain_text("Only a manager or an administrator can download reports.")


def test_a_manager_downloads_the_evidence_and_commands_nothing(
    page: Page, system: System, manager: Person, user: MigrationUser
) -> None:
    visitor = Visitor(page, system.web)
    visitor.sign_in(manager)
    expect_no_commands(visitor, user)
    visitor.go("batches:user", user.batch_id, user.pk)
    expect(visitor.details).to_contain_text(SUBJECT)
    assert "Skipped: INBOX, UID 4" in visitor.download("Download the report for this user")
    visitor.go("batches:detail", user.batch_id)
    assert f"{user.address},StagedBatch1,,Synced,7,1,8," in visitor.download("MigrationStatistics.csv")
    assert SUBJECT in visitor.download("MigrationErrors.csv")


def test_where_is_my_mail_is_answered_from_the_search_box(page: Page, system: System, helpdesk: Person) -> None:
    batch = make_batch(decision=Decision.STOPPED)
    make_user(batch, "tobyn@contoso.com", status="stopped", due_at=None)
    for who in ("pilarp", "pilar.ackerman"):
        make_user(batch, f"{who}@contoso.com", status="synced", items_synced=7, items_total=7, first_synced_at=NOON)
    visitor = Visitor(page, system.web)
    visitor.sign_in(helpdesk)
    box = page.get_by_role("searchbox", name="Find a mailbox or a batch")
    box.fill("tobyn")
    box.press("Enter")
    expect(visitor.details).to_contain_text("It has been stopped: it goes on when an administrator resumes it.")
    box.fill("pilar")
    box.press("Enter")
    page.get_by_role("link", name="pilarp@contoso.com").click()
    expect(visitor.details).to_contain_text("Copied: 7 of 7 messages.")


def test_a_manager_finds_the_figures_and_opens_the_error_log(
    page: Page, system: System, manager: Person, user: MigrationUser
) -> None:
    visitor = Visitor(page, system.web)
    visitor.sign_in(manager)
    expect(page.get_by_role("heading", name="tobyn@contoso.com failed")).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").click()
    table = page.get_by_role("region", name="Reports of all batches")
    rows = list(csv.DictReader(visitor.download("CSV MigrationErrors", table).splitlines()))
    assert {row["EmailAddress"] for row in rows} == {user.address, "tobyn@contoso.com"}
    (heads, *lines), *others = sheets(visitor.download_octets("XLSX MigrationErrors", table)).values()
    assert heads == list(rows[0])
    assert [line[0] for line in lines] == [row["EmailAddress"] for row in rows]
    assert others == []
