"""Everything can be reached and left with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from batches.models import MigrationBatch
from batches.states import Decision
from core.models import Person
from tests.batches.examples import NOON, make_batch, make_user
from tests.conftest import PASSWORD
from tests.e2e.system import System
from tests.e2e.visitor import Visitor


@pytest.fixture
def batch(visitor: Visitor) -> MigrationBatch:
    """Stopped, so that the page stands still."""
    batch = make_batch(decision=Decision.STOPPED)
    make_user(batch, status="stopped", due_at=None)
    visitor.go("batches:list")
    return batch


def tab_to(page: Page, wanted: str, *, of: str = "innerText", most: int = 40) -> None:
    """Press Tab until an element has the focus that is named so, by its text or by something else ``of`` it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("of => document.activeElement[of].trim()", of) == wanted:
            return
    raise AssertionError(f"{wanted} was not reached by {most} times Tab")


def test_somebody_signs_in_starts_a_batch_and_finds_a_mailbox(
    page: Page, system: System, administrator: Person
) -> None:
    make_user(make_batch(decision=Decision.CREATED), status="synced", first_synced_at=NOON, due_at=None)
    visitor, press = Visitor(page, system.web), page.keyboard.press
    visitor.go("core:sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(administrator.username)
    press("Tab")
    page.keyboard.type(PASSWORD)
    press("Enter")
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    tab_to(page, "Batches")
    press("Enter")
    expect(page.get_by_role("heading", name="Migration batches", level=1)).to_be_visible()
    tab_to(page, "StagedBatch1")
    press("Enter")
    expect(visitor.details).to_be_focused()
    tab_to(page, "Start", most=4)
    press("Enter")
    visitor.expect_status("Synced")
    page.reload()
    tab_to(page, "find", of="id", most=6)
    page.keyboard.type("pilarp")
    press("Enter")
    expect(visitor.details).to_contain_text("Copied: 0 of 0 messages.")


def test_the_details_are_opened_used_and_left_and_the_focus_is_where_it_was(
    visitor: Visitor, batch: MigrationBatch
) -> None:
    page = visitor.page
    tab_to(page, "Skip to the content", most=1)
    tab_to(page, batch.name)
    page.keyboard.press("Enter")
    expect(visitor.details).to_be_focused()
    tab_to(page, "Resume", most=4)
    page.keyboard.press("Escape")
    expect(visitor.details).to_be_hidden()
    expect(page.get_by_role("link", name=batch.name)).to_be_focused()


def test_a_question_is_left_with_escape_and_asked_again(visitor: Visitor, batch: MigrationBatch) -> None:
    page, dialog = visitor.page, visitor.page.get_by_role("dialog")
    visitor.go("batches:detail", batch.pk)
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("1 mailbox is no longer kept in step.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(visitor.details).to_be_visible()
    expect(visitor.details.get_by_role("link", name="Delete", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    tab_to(page, "Delete", most=3)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No migration batches yet")).to_be_visible()


def test_the_menu_of_preferences_opens_and_closes(visitor: Visitor, batch: MigrationBatch) -> None:
    page = visitor.page
    page.locator("details.menu:not(.look-menu) summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, "Nederlands", most=3)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Migratiebatches", level=1)).to_be_visible()
