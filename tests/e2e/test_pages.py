"""Every page: nothing that axe finds, nothing that sticks out, in both languages and themes, on small and large screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from batches.models import MigrationBatch
from core.models import Person
from tests.e2e.showcase import Showcase, set_up
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.browser import accessibility_faults

HEIGHT = 800
WIDTHS = (320, 1280, 1920)


@dataclass(frozen=True)
class Look:
    """How somebody looks at the pages; axe looks at ``width``."""

    language: str
    theme: str
    width: int


LOOKS = (Look("en", "light", 1280), Look("nl", "dark", 320))


def addresses(shown: Showcase) -> dict[str, str]:
    """The pages by what is on them."""
    running, source = shown.running.pk, shown.source.pk
    user = {name: getattr(shown, name).pk for name in ("at_work", "failed", "skipping")}
    untried, refused, tried = (draft.pk for draft in shown.endpoint_drafts)
    empty, damaged, ready = (draft.pk for draft in shown.batch_drafts)
    return {
        "batches": reverse("batches:list"),
        "batch-running": reverse("batches:detail", args=[running]),
        "batch-halted": reverse("batches:detail", args=[shown.halted.pk]),
        "batch-delete": reverse("batches:detail", args=[running]) + "delete/",
        "batches-none": reverse("batches:list") + "?q=nothing",
        "users": reverse("batches:users", args=[running]),
        **{f"user-{name}": reverse("batches:user", args=[running, pk]) for name, pk in user.items()},
        "batch-wizard-type": reverse("batches:wizard-start"),
        "batch-wizard-users": reverse("batches:wizard-step", args=[empty, "users"]),
        "batch-wizard-problems": reverse("batches:wizard-step", args=[damaged, "users"]),
        "batch-wizard-preview": reverse("batches:wizard-step", args=[ready, "users"]),
        **{
            f"batch-wizard-{slug}": reverse("batches:wizard-step", args=[ready, slug])
            for slug in ("endpoints", "configuration", "start")
        },
        "batch-wizard-summary": reverse("batches:wizard-summary", args=[ready]),
        "endpoints": reverse("endpoints:list"),
        "endpoint": reverse("endpoints:detail", args=[source]),
        "endpoint-unsafe": reverse("endpoints:detail", args=[shown.unsafe.pk]),
        "endpoint-edit": reverse("endpoints:edit", args=[source]),
        "endpoint-delete": reverse("endpoints:delete", args=[source]),
        "endpoint-created": reverse("endpoints:created", args=[source]),
        "endpoint-wizard-type": reverse("endpoints:new"),
        "endpoint-wizard-account": reverse("endpoints:wizard", args=[untried, "account"]),
        "endpoint-wizard-connection": reverse("endpoints:wizard", args=[untried, "connection"]),
        "endpoint-wizard-refused": reverse("endpoints:wizard", args=[refused, "connection"]),
        "endpoint-wizard-general": reverse("endpoints:wizard", args=[tried, "general"]),
        "domains": reverse("domains:list"),
        "preferences": reverse("core:preferences"),
        "not-found": reverse("batches:list") + "0/",
    }


@dataclass
class Inspection:
    """Looks at one page after the other and collects what is wrong; keeps their pictures where somebody wants them."""

    page: Page
    look: Look
    pictures: Path | None
    faults: list[str]

    def inspect(self, name: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self._measure(name, width)
        self.page.set_viewport_size({"width": self.look.width, "height": HEIGHT})
        self.faults += [f"{name}: {fault}" for fault in accessibility_faults(self.page)]

    def _measure(self, name: str, width: int) -> None:
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{name}: wider than {width} pixels")
        if self.pictures:
            path = self.pictures / f"{name}-{self.look.language}-{self.look.theme}-{width}.png"
            self.page.screenshot(path=path, full_page=True)


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
def shown(system: System, administrator: Person) -> Iterator[Showcase]:
    yield set_up(administrator)
    MigrationBatch.objects.all().delete()  # with the leases that nobody holds


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.language}-{look.theme}")
def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_the_screen(
    browser: Browser, look: Look, system: System, administrator: Person, shown: Showcase, pytestconfig: pytest.Config
) -> None:
    faults: list[str] = []
    pictures = pytestconfig.getoption("screenshots")
    with browsing(browser, look, system, None) as stranger:
        stranger.go("core:sign-in")
        Inspection(stranger.page, look, pictures, faults).inspect("sign-in")
    with browsing(browser, look, system, administrator) as visitor:
        inspection = Inspection(visitor.page, look, pictures, faults)
        for name, address in addresses(shown).items():
            visitor.page.goto(system.web.url + address)
            inspection.inspect(name)
        visitor.page.locator("details.menu summary").click()
        inspection.inspect("menu")
    assert faults == []
