"""What only a browser does: fields that come and go, the live preview, the port, and a test that says it is running."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Request, expect

from core.models import Person, Role
from endpoints.models import Security
from tests.conftest import PASSWORD, person
from tests.endpoints.samples import CANARY, make_draft, make_endpoint
from tests.servers.axe import accessibility_faults
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER, Dovecot
from tests.servers.web import Web

AT = reverse("endpoints:list")


@pytest.fixture
def administrator_page(page: Page, web: Web) -> Page:
    """The list of endpoints in the browser of a signed-in administrator."""
    person(Role.ADMINISTRATOR)
    page.goto(f"{web.url}{AT}")
    page.get_by_label("Name").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{web.url}{AT}")
    return page


def test_the_fields_follow_the_choices_and_the_preview_what_is_typed(administrator_page: Page, web: Web) -> None:
    page, asked = administrator_page, list[str]()

    def note(request: Request) -> None:
        asked.append(f"{request.method} {request.url}")

    page.on("request", note)
    draft = make_draft(Person.objects.get())
    page.goto(web.url + reverse("endpoints:wizard", args=[draft.pk, "account"]))
    expect(page.get_by_label("Administrator's password")).to_be_hidden()
    page.get_by_label("An administrator's account, named together with the user").check()
    expect(page.get_by_label("Test mailbox's password")).to_be_hidden()
    page.get_by_label("Administrator's password").fill(CANARY)
    page.get_by_label("User name").fill("{user}*{admin}")
    page.get_by_role("textbox", name="Administrator's account").fill("migadmin")
    expect(page.get_by_text("pilarp@contoso.com signs in as pilarp@contoso.com*migadmin.")).to_be_visible()
    assert any("sign-in-preview" in url for url in asked)
    assert not any("password" in urlsplit(url).query or "canary" in url for url in asked)
    assert accessibility_faults(page) == []
    draft.test_mailbox = "pilarp@contoso.com"
    draft.save()
    page.goto(web.url + reverse("endpoints:wizard", args=[draft.pk, "connection"]))
    page.get_by_label("Encryption").select_option("starttls")
    expect(page.get_by_label("Port")).to_have_value("143")
    page.get_by_label("Port").fill("1143")
    page.get_by_label("Encryption").select_option("none")
    expect(page.get_by_text("Without encryption, anyone who listens")).to_be_visible()
    expect(page.get_by_text("Certificate check")).to_be_hidden()
    expect(page.get_by_label("Port")).to_have_value("1143")
    assert accessibility_faults(page) == []


def test_a_test_and_the_consequence_of_deleting_appear_beside_the_list(
    administrator_page: Page, web: Web, dovecot: Dovecot
) -> None:
    make_endpoint(port=dovecot.port, security=Security.NONE, admin_user=MASTER_USER, admin_password=MASTER_PASSWORD)
    page = administrator_page
    page.goto(web.url + AT)
    page.get_by_role("link", name="EXCH-SRV-01").click()
    page.get_by_role("button", name="Test now").click()
    expect(page.get_by_text("The test passed")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete EXCH-SRV-01?")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Delete").click()
    dialog.get_by_role("button", name="Delete endpoint").click()
    expect(page.get_by_text("EXCH-SRV-01 has been deleted.")).to_be_visible()
