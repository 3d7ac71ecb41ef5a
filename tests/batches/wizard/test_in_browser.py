"""What only a browser does with the wizard: files that are dropped, addresses as chips, and Back over a refused page."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.models import Person, Role
from tests.batches.wizard.drafting import make_draft, ready_draft
from tests.conftest import person
from tests.servers.axe import accessibility_faults
from tests.servers.web import Web

DROP = """([zone, name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name));
    zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files }));
}"""
EXPORT = "Naam;E-mailadres;Wachtwoord\nPilar;pilarp@contoso.com;Pa$$w0rd-1\n"


@pytest.fixture
def administrator_page(page: Page, web: Web) -> Page:
    client = Client()
    client.force_login(person(Role.ADMINISTRATOR))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": web.url}])
    return page


def drop(page: Page, name: str, content: str) -> None:
    zone = page.locator("[data-drop-zone]").element_handle()
    page.evaluate(DROP, [zone, name, content])


def test_a_file_is_dropped_and_its_columns_are_confirmed(administrator_page: Page, web: Web) -> None:
    page = administrator_page
    page.goto(web.url + reverse("batches:wizard-step", args=[make_draft(Person.objects.get()).pk, "users"]))
    drop(page, "users.xlsx", "PK")
    expect(page.get_by_text("This is not a CSV file.")).to_be_visible()
    drop(page, "export.csv", EXPORT)
    expect(page.get_by_text("This is not a CSV file.")).to_be_hidden()
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_text("so nothing has been taken from it")).to_be_visible()
    drop(page, "export.csv", EXPORT)
    expect(page.get_by_text("so nothing has been taken from it")).to_be_hidden()
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_label("EmailAddress")).to_have_value("1")
    expect(page.get_by_label("Password", exact=True)).to_have_value("2")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("1 mailbox to migrate")).to_be_visible()


def test_back_over_a_refused_page_shows_it_again(administrator_page: Page, web: Web) -> None:
    page, draft = administrator_page, ready_draft(Person.objects.get())
    page.goto(web.url + reverse("batches:wizard-step", args=[draft.pk, "configuration"]))
    page.get_by_label("Name of the migration batch").fill("Wave 1")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("no spaces")
    page.get_by_label("Name of the migration batch").fill("Wave-1")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Schedule", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Configuration", level=1)).to_be_visible()
    expect(page.get_by_label("Name of the migration batch")).to_have_value("Wave 1")


def test_recipients_are_chips_that_can_be_taken_out(administrator_page: Page, web: Web) -> None:
    page = administrator_page
    draft = ready_draft(Person.objects.get(), notification_emails=["a@contoso.com", "b@contoso.com"])
    page.goto(web.url + reverse("batches:wizard-step", args=[draft.pk, "start"]))
    page.get_by_role("button", name="Remove a@contoso.com").click()
    expect(page.locator(".chips li")).to_have_text(["b@contoso.com✕"])
    page.get_by_label("Report recipients").fill("c@contoso.com ")
    expect(page.locator(".chips li")).to_have_count(2)
    expect(page.get_by_label("Report recipients")).to_have_value("")
    page.get_by_label("Report recipients").fill("d@contoso.com")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Check your answers", level=1)).to_be_visible()
    draft.refresh_from_db()
    assert draft.notification_emails == ["b@contoso.com", "c@contoso.com", "d@contoso.com"]
