"""A person in front of a browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.models import Person, PersonSession
from tests.conftest import PASSWORD
from tests.servers.web import Web

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Visitor:
    """``page`` shows what the person sees. Text is English unless the person chose otherwise."""

    def __init__(self, page: Page, web: Web) -> None:
        self.page, self._web = page, web

    def sign_in(self, person: Person) -> None:
        """With name and password, as people do."""
        self.go("core:sign-in")
        self.page.get_by_label("Name").fill(person.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Overview", level=1)).to_be_visible()

    def admit(self, person: Person) -> None:
        """Let somebody be signed in already."""
        client = Client()
        client.force_login(person)
        PersonSession.objects.create(
            person=person,
            key=client.session.session_key or "",
            at=timezone.now(),
            address="192.0.2.24",
            browser=BROWSER,
        )
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self._web.url}])

    def go(self, name: str, *args: object) -> None:
        self.open(reverse(name, args=args))

    def open(self, address: str) -> None:
        self.page.goto(self._web.url + address)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    @property
    def details(self) -> Locator:
        return self.page.get_by_role("complementary")

    def press_in_details(self, name: str) -> None:
        self.details.get_by_role("button", name=name, exact=True).click()

    def expect_status(self, status: str) -> None:
        """In the details beside the list."""
        expect(self.details.locator(".badge").first).to_have_text(status)

    def download(self, name: str, within: Locator | None = None) -> str:
        """The text of the file behind a link."""
        return self.download_octets(name, within).decode("utf-8-sig")

    def download_octets(self, name: str, within: Locator | None = None) -> bytes:
        with self.page.expect_download() as download:
            (within or self.page).get_by_role("link", name=name).first.click()
        path = download.value.path()
        assert isinstance(path, Path)
        return path.read_bytes()
