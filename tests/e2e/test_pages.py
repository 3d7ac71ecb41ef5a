"""Every page: nothing that axe finds, nothing that sticks out, in both languages and themes, on small and large screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from batches.models import MigrationBatch
from core.models import Person
from tests.e2e.places import PAGES, SCENES, SCENES_OF_STRANGERS
from tests.e2e.showcase import Showcase, set_up
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.browser import accessibility_faults

SMALL, NORMAL, LARGE = WIDTHS = (320, 1280, 1920)
HEIGHT = 800
# What the page and the details beside it need, so that a picture of them has all of them.
HIGHEST = """
Math.max(...[...document.querySelectorAll("html, .flyout")].map(
  element => Math.ceil(element.scrollHeight + element.getBoundingClientRect().top)))
"""


@dataclass(frozen=True)
class Look:
    """How somebody looks at the pages; axe looks at ``width``."""

    language: str
    theme: str
    width: int


LOOKS = (Look("en", "light", NORMAL), Look("nl", "dark", SMALL))
# The other two differ in nothing that is measured, so they are looked at where somebody wants to see them.
MORE_LOOKS = (Look("nl", "light", NORMAL), Look("en", "dark", NORMAL))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "look" in metafunc.fixturenames:
        looks = LOOKS + MORE_LOOKS if metafunc.config.getoption("screenshots") else LOOKS
        metafunc.parametrize("look", looks, ids=lambda look: f"{look.language}-{look.theme}")


@dataclass
class Inspection:
    """Looks at one page after the other and collects what is wrong; keeps their pictures where somebody wants them."""

    page: Page
    look: Look
    pictures: Path | None
    faults: list[str] = field(default_factory=list)

    def inspect(self, name: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self._measure(name, width)
        self.page.set_viewport_size({"width": self.look.width, "height": HEIGHT})
        self.faults += [f"{name}: {fault}" for fault in accessibility_faults(self.page)]

    def _measure(self, name: str, width: int) -> None:
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{name}: wider than {width} pixels")
        if self.pictures and width in {NORMAL, self.look.width}:
            height = max(HEIGHT, self.page.evaluate(HIGHEST))
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.screenshot(path=self.pictures / f"{name}-{self.look.language}-{self.look.theme}-{width}.png")


@contextmanager
def browsing(browser: Browser, look: Look, system: System, person: Person | None) -> Iterator[Visitor]:
    """Somebody's browser, with the wanted theme and language."""
    with browser.new_context(locale=look.language, timezone_id="Europe/Amsterdam") as context:
        context.add_cookies([{"name": "theme", "value": look.theme, "url": system.web.url}])
        visitor = Visitor(context.new_page(), system.web)
        if person:
            visitor.admit(person)
        yield visitor


@pytest.fixture
def pictures(pytestconfig: pytest.Config) -> Path | None:
    folder: Path | None = pytestconfig.getoption("screenshots")
    return folder


@pytest.fixture
def shown(system: System, administrator: Person) -> Iterator[Showcase]:
    yield set_up(administrator)
    MigrationBatch.objects.all().delete()  # with the leases that nobody holds


@pytest.mark.parametrize("pages", PAGES)
def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_the_screen(
    browser: Browser,
    look: Look,
    pages: Callable[[Showcase], dict[str, str]],
    system: System,
    administrator: Person,
    shown: Showcase,
    pictures: Path | None,
) -> None:
    with browsing(browser, look, system, administrator) as visitor:
        inspection = Inspection(visitor.page, look, pictures)
        for name, address in pages(shown).items():
            visitor.open(address)
            inspection.inspect(name)
    assert inspection.faults == []


def test_neither_has_what_appears_when_something_is_pressed(
    browser: Browser, look: Look, system: System, administrator: Person, shown: Showcase, pictures: Path | None
) -> None:
    with browsing(browser, look, system, administrator) as visitor:
        inspection = Inspection(visitor.page, look, pictures)
        for name, open_scene in SCENES.items():
            visitor.page.set_viewport_size({"width": NORMAL, "height": HEIGHT})
            open_scene(visitor, shown)
            inspection.inspect(name)
    assert inspection.faults == []


def test_neither_have_the_pages_of_who_is_not_signed_in(
    browser: Browser, look: Look, system: System, administrator: Person, pictures: Path | None
) -> None:
    with browsing(browser, look, system, None) as stranger:
        inspection = Inspection(stranger.page, look, pictures)
        for name, open_scene in SCENES_OF_STRANGERS.items():
            open_scene(stranger, administrator)
            inspection.inspect(name)
    assert inspection.faults == []


def test_the_navigation_and_the_rest_of_the_commands_open_on_a_small_screen(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": HEIGHT})
    visitor.go("batches:list")
    for opener, inside in (("More", "Refresh"), ("Navigation", "Endpoints")):
        expect(page.get_by_role("link", name=inside, exact=True)).to_be_hidden()
        visitor.press(opener)
        expect(page.get_by_role("link", name=inside, exact=True)).to_be_visible()
        assert accessibility_faults(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name=inside, exact=True)).to_be_hidden()
        expect(page.get_by_role("button", name=opener, exact=True)).to_be_focused()
