"""Every page: nothing that axe finds, nothing that sticks out, in both languages and themes, on small and large screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from core.models import Person
from tests.e2e.places import PAGES, SCENES, SCENES_OF_STRANGERS
from tests.e2e.showcase import Showcase, set_up
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.axe import DRAWN, WCAG, Rules, accessibility_faults
from tests.servers.browser import Browser

SMALL, NORMAL, LARGE = 320, 1280, 1920
HEIGHT = 800
Theme = Literal["light", "dark"]
# What the page and the details beside it need, so that a picture of them has all of them.
HIGHEST = """
Math.max(...[...document.querySelectorAll("html, .flyout")].map(
  element => Math.ceil(element.scrollHeight + element.getBoundingClientRect().top)))
"""

LANGUAGES = ("en", "nl")
EXAMINED = "nl"  # by axe: its words are the longest, and languages differ in nothing else


@dataclass
class Inspection:
    """Looks at one page after the other and collects what is wrong; keeps their pictures where somebody wants them.

    A page is opened once. It is measured at all widths, and examined by all of axe's rules in the light and wide; in the
    dark and small by those for which that makes a difference.
    """

    page: Page
    language: str
    pictures: Path | None
    faults: list[str] = field(default_factory=list)

    def inspect(self, name: str) -> None:
        self.page.wait_for_load_state()
        self._measure(name, LARGE)
        self._measure(name, NORMAL, "light")
        self._examine(name, WCAG)
        self._look("dark")
        if self.pictures:
            self._measure(name, NORMAL, "dark")
        self._measure(name, SMALL, "dark")
        self._examine(name, DRAWN)
        self._look("light")

    def _look(self, theme: Theme) -> None:
        self.page.emulate_media(color_scheme=theme)

    def _examine(self, name: str, rules: Rules) -> None:
        if self.language == EXAMINED:
            self.faults += [f"{name}: {fault}" for fault in accessibility_faults(self.page, rules)]

    def _measure(self, name: str, width: int, pictured: str = "") -> None:
        self._resize(width)
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{name}: wider than {width} pixels")
        if self.pictures and pictured:
            self._resize(width, max(HEIGHT, self.page.evaluate(HIGHEST)))
            self.page.screenshot(path=self.pictures / f"{name}-{self.language}-{pictured}-{width}.png")
            self._resize(width)

    def _resize(self, width: int, height: int = HEIGHT) -> None:
        self.page.set_viewport_size({"width": width, "height": height})


@contextmanager
def browsing(browser: Browser, language: str, system: System, person: Person | None) -> Iterator[Visitor]:
    """Somebody's browser, in the wanted language and in the theme of the device; nothing fades while axe looks."""
    looks: dict[str, Any] = {"locale": language, "color_scheme": "light", "reduced_motion": "reduce"}
    with browser.new_context(timezone_id="Europe/Amsterdam", **looks) as context:
        visitor = Visitor(context.new_page(), system.web)
        if person:
            visitor.admit(person)
        yield visitor


@pytest.fixture
def pictures(pytestconfig: pytest.Config) -> Path | None:
    folder: Path | None = pytestconfig.getoption("screenshots")
    return folder


@pytest.fixture
def shown(system: System, administrator: Person) -> Showcase:
    return set_up(administrator)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pages", PAGES)
def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_the_screen(
    browser: Browser,
    language: str,
    pages: Callable[[Showcase], dict[str, str]],
    system: System,
    administrator: Person,
    shown: Showcase,
    pictures: Path | None,
) -> None:
    with browsing(browser, language, system, administrator) as visitor:
        inspection = Inspection(visitor.page, language, pictures)
        for name, address in pages(shown).items():
            visitor.open(address)
            inspection.inspect(name)
    assert inspection.faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_has_what_appears_when_something_is_pressed(
    browser: Browser, language: str, system: System, administrator: Person, shown: Showcase, pictures: Path | None
) -> None:
    with browsing(browser, language, system, administrator) as visitor:
        inspection = Inspection(visitor.page, language, pictures)
        for name, open_scene in SCENES.items():
            visitor.page.set_viewport_size({"width": NORMAL, "height": HEIGHT})
            open_scene(visitor, shown)
            inspection.inspect(name)
    assert inspection.faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_have_the_pages_of_who_is_not_signed_in(
    browser: Browser, language: str, system: System, administrator: Person, pictures: Path | None
) -> None:
    with browsing(browser, language, system, None) as stranger:
        inspection = Inspection(stranger.page, language, pictures)
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
