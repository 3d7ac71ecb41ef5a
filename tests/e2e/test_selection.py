"""Rows of a list are selected with mouse and keyboard, through live updates, and without a script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from batches.listing import PER_PAGE
from batches.models import MigrationBatch
from batches.states import Decision
from core.models import Person
from tests.batches.examples import leased, make_batch, make_user
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.browser import Browser

NAMES = ("Board", "Finance", "Helpdesk", "Sales", "Warehouse")


@pytest.fixture
def batches(visitor: Visitor) -> Sequence[MigrationBatch]:
    """Never started, so that nothing moves."""
    found = [make_batch(name, decision=Decision.CREATED, started_at=None) for name in NAMES]
    visitor.go("batches:list")
    return found


@pytest.fixture
def live(visitor: Visitor) -> Visitor:
    """The list, with a mailbox at work for a day, which keeps it asking."""
    make_user(make_batch("Sales"), status="syncing", **leased(timezone.now() + timedelta(days=1)))
    make_batch("Board", decision=Decision.CREATED, started_at=None)
    visitor.go("batches:list")
    return visitor


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def selected(page: Page) -> list[str]:
    ticked = page.locator("tr:has([name=selected]:checked) .row-link")
    return ticked.all_inner_texts()


def test_the_mouse_ticks_one_several_and_a_range(visitor: Visitor, batches: Sequence[MigrationBatch]) -> None:
    page = visitor.page
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_hidden()
    place = row(page, "Finance").bounding_box()
    page.get_by_role("checkbox", name="Select Finance").click()
    expect(stop).to_be_visible()
    assert row(page, "Finance").bounding_box() == place
    row(page, "Sales").locator("td.number").first.click(modifiers=["Shift"])
    assert selected(page) == ["Finance", "Helpdesk", "Sales"]
    row(page, "Helpdesk").locator("td.number").first.click(modifiers=["Control"])
    assert selected(page) == ["Finance", "Sales"]
    expect(page.get_by_role("button", name="Selection: 2")).to_be_visible()
    page.get_by_role("checkbox", name="Select all rows").click()
    assert selected(page) == list(NAMES)
    page.get_by_role("button", name="Selection: 5").click()
    assert selected(page) == []
    row(page, "Board").locator("td.number").first.click()
    expect(visitor.details).to_contain_text("Board")


def test_the_keyboard_walks_ticks_and_opens(visitor: Visitor, batches: Sequence[MigrationBatch]) -> None:
    page, press = visitor.page, visitor.page.keyboard.press
    page.get_by_role("link", name="Board", exact=True).focus()
    press("ArrowDown")
    press("Space")
    press("Shift+ArrowDown")
    press("Shift+ArrowDown")
    assert selected(page) == ["Finance", "Helpdesk", "Sales"]
    press("Shift+ArrowUp")
    assert selected(page) == ["Finance", "Helpdesk"]
    press("Control+a")
    assert selected(page) == list(NAMES)
    press("End")
    press("ArrowLeft")
    expect(page.get_by_role("checkbox", name="Select Warehouse")).to_be_focused()
    press("Enter")
    expect(visitor.details).to_contain_text("Warehouse")
    assert visitor.path.endswith(f"/{batches[-1].pk}/")
    press("Escape")
    expect(page.get_by_role("link", name="Warehouse", exact=True)).to_be_focused()
    assert selected(page) == list(NAMES)


def test_what_is_ticked_stays_so_while_the_page_lives(live: Visitor) -> None:
    page = live.page
    box = page.get_by_role("checkbox", name="Select Board")
    box.click()
    old = page.locator("#batch-table").element_handle()
    page.wait_for_function("old => !old.isConnected", arg=old)
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(page.get_by_role("button", name="Selection: 1")).to_be_visible()
    live.press("Start")
    expect(page.get_by_text("Board has been started.")).to_be_visible()


def test_all_pages_can_be_meant_and_the_consequence_is_said_before_deleting(visitor: Visitor) -> None:
    page = visitor.page
    first = make_batch("Wave", decision=Decision.CREATED, started_at=None)
    MigrationBatch.objects.bulk_create(
        MigrationBatch(name=f"Wave-{number:02}", source=first.source, target=first.target) for number in range(PER_PAGE)
    )
    visitor.go("batches:list")
    page.get_by_role("checkbox", name="Select all rows").click()
    visitor.press(f"Select all {PER_PAGE + 1}, on every page")
    expect(page.get_by_role("button", name=f"Selection: {PER_PAGE + 1}")).to_be_visible()
    visitor.press("Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Delete {PER_PAGE + 1} batches?")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No migration batches yet")).to_be_visible()


def test_without_a_script_boxes_are_ticked_and_a_command_is_sent(
    browser: Browser, system: System, administrator: Person
) -> None:
    for name in NAMES:
        make_batch(name, decision=Decision.CREATED, started_at=None)
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        visitor = Visitor(context.new_page(), system.web)
        visitor.admit(administrator)
        visitor.go("batches:list")
        for name in NAMES[:2]:
            visitor.page.get_by_role("checkbox", name=f"Select {name}").check()
        visitor.press("Delete")
        expect(visitor.page.get_by_role("heading", name="Delete 2 batches?", level=1)).to_be_visible()
        visitor.press("Delete")
        expect(visitor.page.get_by_text("Delete: Board, Finance.")).to_be_visible()
