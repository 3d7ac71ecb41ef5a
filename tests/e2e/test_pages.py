"""Every page: nothing that axe finds, nothing that sticks out, in both languages and themes, on small and large screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from batches.models import MigrationBatch
from core.models import Person
from core.settings_forms import SECTIONS
from notifications.models import Mail, Webhook
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


def batch_pages(shown: Showcase) -> dict[str, str]:
    running = shown.running.pk
    users = {name: getattr(shown, name).pk for name in ("at_work", "failed", "skipping")}
    return {
        "batches": reverse("batches:list"),
        "batches-none": reverse("batches:list") + "?q=nothing",
        "batch-running": reverse("batches:detail", args=[running]),
        "batch-halted": reverse("batches:detail", args=[shown.halted.pk]),
        "batch-delete": reverse("batches:detail", args=[running]) + "delete/",
        "batch-settings": reverse("batches:settings", args=[running]),
        "users": reverse("batches:users", args=[running]),
        **{f"user-{name}": reverse("batches:user", args=[running, pk]) for name, pk in users.items()},
    }


def batch_wizard(shown: Showcase) -> dict[str, str]:
    empty, damaged, ready = (draft.pk for draft in shown.batch_drafts)
    files = {"users": empty, "problems": damaged, "preview": ready}
    return {
        "batch-wizard-type": reverse("batches:wizard-start"),
        **{f"batch-wizard-{name}": reverse("batches:wizard-step", args=[pk, "users"]) for name, pk in files.items()},
        **{
            f"batch-wizard-{slug}": reverse("batches:wizard-step", args=[ready, slug])
            for slug in ("endpoints", "configuration", "start")
        },
        "batch-wizard-summary": reverse("batches:wizard-summary", args=[ready]),
    }


def endpoint_pages(shown: Showcase) -> dict[str, str]:
    source = [shown.source.pk]
    return {
        "endpoints": reverse("endpoints:list"),
        "endpoint": reverse("endpoints:detail", args=source),
        "endpoint-unsafe": reverse("endpoints:detail", args=[shown.unsafe.pk]),
        "endpoint-edit": reverse("endpoints:edit", args=source),
        "endpoint-edit-all": reverse("endpoints:edit", args=[shown.unsafe.pk]),
        "endpoint-delete": reverse("endpoints:delete", args=source),
        "endpoint-created": reverse("endpoints:created", args=source),
    }


def endpoint_wizard(shown: Showcase) -> dict[str, str]:
    untried, refused, tried = (draft.pk for draft in shown.endpoint_drafts)
    steps = {"account": untried, "connection": untried, "general": tried}
    return {
        "endpoint-wizard-type": reverse("endpoints:new"),
        **{f"endpoint-wizard-{slug}": reverse("endpoints:wizard", args=[pk, slug]) for slug, pk in steps.items()},
        "endpoint-wizard-refused": reverse("endpoints:wizard", args=[refused, "connection"]),
    }


def notification_pages(_: Showcase) -> dict[str, str]:
    return {
        "notifications": reverse("notifications:index"),
        "mails": reverse("notifications:mails"),
        "mail": reverse("notifications:mail", args=[Mail.objects.latest("pk").pk]),
        "webhooks": reverse("notifications:webhooks"),
        "webhook-new": reverse("notifications:webhook-new"),
        "webhook": reverse("notifications:webhook", args=[Webhook.objects.latest("pk").pk]),
        "webhook-delete": reverse("notifications:webhook-delete", args=[Webhook.objects.latest("pk").pk]),
    }


def other_pages(shown: Showcase) -> dict[str, str]:
    return {
        "overview": reverse("overview:start"),
        "throughput": reverse("overview:throughput") + "?span=day",
        "reports": reverse("reports:index"),
        "reports-skipped": reverse("reports:skipped"),
        "reports-none": reverse("reports:skipped") + "?q=nobody",
        "domains": reverse("domains:list"),
        "preferences": reverse("core:preferences"),
        "people": reverse("core:people"),
        "people-invite": reverse("core:invite"),
        "person": reverse("core:person", args=[shown.colleague.pk]),
        "person-disable": reverse("core:person-command", args=[shown.colleague.pk, "disable"]),
        "account": reverse("core:account"),
        "password": reverse("core:change-password"),
        "activity": reverse("core:activity"),
        "activity-none": reverse("core:activity") + "?q=nothing",
        **{f"settings-{slug}": reverse("core:settings-section", args=[slug]) for slug in SECTIONS},
        "not-found": reverse("batches:list") + "0/",
        "guide": reverse("guide:contents"),
        "guide-chapter": reverse("guide:chapter", args=["endpoints"]),
        "guide-reference": reverse("guide:reference", args=["pitfalls"]),
    }


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
def pictures(pytestconfig: pytest.Config) -> Path | None:
    return cast("Path | None", pytestconfig.getoption("screenshots"))


@pytest.fixture
def shown(system: System, administrator: Person) -> Iterator[Showcase]:
    yield set_up(administrator)
    MigrationBatch.objects.all().delete()  # with the leases that nobody holds


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look.language}-{look.theme}")
def look(request: pytest.FixtureRequest) -> Look:
    return cast(Look, request.param)


@pytest.mark.parametrize(
    "pages", [batch_pages, batch_wizard, endpoint_pages, endpoint_wizard, notification_pages, other_pages]
)
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
            visitor.page.goto(system.web.url + address)
            inspection.inspect(name)
        visitor.page.locator("details.menu summary").click()
        inspection.inspect("menu")
    assert inspection.faults == []


def test_neither_has_the_page_for_signing_in(
    browser: Browser, look: Look, system: System, pictures: Path | None
) -> None:
    with browsing(browser, look, system, None) as stranger:
        stranger.go("core:sign-in")
        inspection = Inspection(stranger.page, look, pictures)
        inspection.inspect("sign-in")
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
