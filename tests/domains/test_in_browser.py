"""What only a browser does with the wizard: values that are copied by a button."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.models import Role
from domains.services import add_domain
from tests.conftest import person
from tests.servers.web import Web


def test_the_value_of_the_record_is_copied_exactly(page: Page, web: Web) -> None:
    client = Client()
    client.force_login(person(Role.ADMINISTRATOR))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": web.url}])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=web.url)
    domain = add_domain("contoso.com", by=None)
    page.goto(web.url + reverse("domains:setup", args=[domain.pk, "record"]))
    page.get_by_role("button", name="Copy: Value").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == domain.token
