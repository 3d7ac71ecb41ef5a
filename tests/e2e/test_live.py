"""A page that updates itself leaves everything where somebody put it, and nothing on it jumps."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from batches.models import MigrationUser
from tests.batches.examples import leased, make_batch, make_users
from tests.e2e.visitor import Visitor

UPDATES = 3
COUNT_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => window.shifts.push(...list.getEntries().filter(shift => !shift.hadRecentInput)))
  .observe({type: "layout-shift"});
"""
# An element that is replaced has no former place in the browser's own count, so where each stands is asked besides.
PLACES = """
() => Object.fromEntries([...document.querySelectorAll("main [id], .flyout, .flyout [id]")].map(element => {
  const {left, top} = element.getBoundingClientRect();
  return [element.id, [Math.round(left), Math.round(top)]];
}))
"""


@pytest.fixture
def at_work(visitor: Visitor) -> MigrationUser:
    """One of the mailboxes of a batch that nobody will get done."""
    more = {"status": "syncing", "items_total": 4812, "items_synced": 1723, "octets_total": 642_148_112}
    return make_users(make_batch(), 30, **more, **leased(timezone.now() + timedelta(days=1)))[4]


def watch_updates(page: Page, table: str) -> None:
    """Until the page has shown other figures several times."""
    for _ in range(UPDATES):
        old = page.locator(table).element_handle()
        MigrationUser.objects.update(items_synced=F("items_synced") + 97, octets_synced=F("octets_synced") + 9_700_000)
        page.wait_for_function("old => !old.isConnected", arg=old)


def test_nothing_jumps_while_figures_change(visitor: Visitor, at_work: MigrationUser) -> None:
    page = visitor.page
    visitor.go("batches:user", at_work.batch_id, at_work.pk)
    watch_updates(page, "#user-table")  # the first figures of all have to find their place
    page.evaluate(COUNT_SHIFTS)
    places = page.evaluate(PLACES)
    watch_updates(page, "#user-table")
    assert page.evaluate(PLACES) == places
    assert page.evaluate("window.shifts.map(({value}) => value)") == []


def test_scrolled_positions_expanders_and_the_focus_survive(visitor: Visitor, at_work: MigrationUser) -> None:
    page = visitor.page
    visitor.go("batches:user", at_work.batch_id, at_work.pk)
    page.locator("#timeline-summary").click()
    page.locator("#timeline-summary").focus()
    page.evaluate("document.querySelector('.flyout').scrollTop = 120; window.scrollTo(0, 300)")
    watch_updates(page, "#user-table")
    expect(page.locator("#timeline")).to_have_attribute("open", "")
    expect(page.locator("#timeline-summary")).to_be_focused()
    assert page.evaluate("[document.querySelector('.flyout').scrollTop, window.scrollY]") == [120, 300]


def test_an_explanation_stays_as_long_as_it_is_read(visitor: Visitor, at_work: MigrationUser) -> None:
    page = visitor.page
    visitor.go("batches:users", at_work.batch_id)
    badge = page.get_by_role("cell").get_by_role("button", name="Syncing").first
    words = page.locator("#help-user-status-syncing")
    badge.hover()
    expect(words).to_be_visible()
    words.hover()
    expect(words).to_be_visible()
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    for _swap in range(5):  # a fresh row may take the place of the one with the focus in between
        page.get_by_role("link", name=at_work.address).press("ArrowRight")
        if words.is_visible():
            break
    expect(words).to_be_visible()


def test_who_comes_back_finds_the_list_as_it_was(visitor: Visitor, at_work: MigrationUser) -> None:
    page = visitor.page
    visitor.go("batches:list")
    page.get_by_label("Status", exact=True).select_option("syncing")
    expect(page).to_have_url(re.compile("status=syncing"))
    page.get_by_role("link", name=at_work.batch.name, exact=True).click()
    visitor.details.get_by_role("link", name="View details").click()
    expect(page.get_by_role("heading", name=at_work.batch.name, level=1)).to_be_visible()
    page.get_by_role("link", name="Migration batches").click()
    expect(page.get_by_label("Status", exact=True)).to_have_value("syncing")
    assert visitor.path == "/batches/"
