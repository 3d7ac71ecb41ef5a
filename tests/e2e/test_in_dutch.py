"""The same work in Dutch, on a telephone."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from batches.states import Decision
from core.models import Person
from tests.batches.examples import NOON, make_batch, make_user
from tests.conftest import PASSWORD
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.browser import Browser


def test_an_administrator_starts_a_batch_and_looks_up_a_mailbox(
    browser: Browser, system: System, administrator: Person
) -> None:
    more: dict[str, Any] = {"status": "synced", "first_synced_at": NOON, "due_at": None}
    more |= {"items_synced": 1200, "items_total": 1234}
    make_user(make_batch(decision=Decision.CREATED), **more)
    with browser.new_context(locale="nl", viewport={"width": 320, "height": 640}, has_touch=True) as context:
        visitor = Visitor(context.new_page(), system.web)
        sign_in(visitor, administrator)
        start(visitor)
        look_up(visitor)


def sign_in(visitor: Visitor, person: Person) -> None:
    page = visitor.page
    visitor.go("core:sign-in")
    page.get_by_label("Naam").fill(person.username)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Aanmelden").tap()
    expect(page.get_by_role("heading", name="Overzicht", level=1)).to_be_visible()


def start(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Navigatie", exact=True).tap()
    page.get_by_role("link", name="Batches", exact=True).tap()
    page.get_by_role("link", name="StagedBatch1", exact=True).tap()
    visitor.expect_status("Gemaakt")
    visitor.details.get_by_role("button", name="Starten", exact=True).tap()
    visitor.expect_status("Gesynchroniseerd")
    expect(page.get_by_text("StagedBatch1 is gestart.")).to_be_visible()
    visitor.details.get_by_role("link", name="De details sluiten").tap()


def look_up(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Een postvak of batch zoeken").tap()
    page.get_by_role("main").get_by_role("searchbox").fill("pilarp")
    page.keyboard.press("Enter")
    expect(visitor.details).to_contain_text("Gekopieerd: 1.200 van 1.234 berichten.")
