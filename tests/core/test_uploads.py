"""Bodies that are larger than any form are refused before they are kept anywhere."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from batches.models import BatchDraft
from core.models import Person, Role
from core.uploads import DROPPED, MEGABYTE, MOST, UploadLimit
from tests.conftest import person
from tests.servers.web import Web


class Endless:
    """A body of zeros that says how much of it was read."""

    def __init__(self, length: int) -> None:
        self.left, self.read_octets = length, 0

    def read(self, size: int = -1) -> bytes:
        part = bytes(min(size, self.left))
        self.left -= len(part)
        self.read_octets += len(part)
        return part


class Seen:
    """An application that reads a whole body, and what it was asked and answered."""

    def __init__(self, status: str = "200 OK") -> None:
        self.status, self.asked, self.bodies = status, dict[str, Any](), list[int]()
        self.answered: list[tuple[str, list[tuple[str, str]]]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked = environ
        self.bodies.append(len(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))))
        start_response(self.status, [])
        return []


def ask(body: Any, length: str | None, seen: Seen | None = None) -> Seen:
    seen = seen or Seen()
    announced = {} if length is None else {"CONTENT_LENGTH": length}
    known = {"REQUEST_METHOD": "POST", "QUERY_STRING": "change", "HTTP_COOKIE": "sessionid=1", "wsgi.input": body}
    about = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "HTTP_CONTENT_ENCODING": "identity"}

    def answer(status: str, headers: list[tuple[str, str]]) -> None:
        seen.answered.append((status, headers))

    UploadLimit(seen)(known | about | announced, answer)  # type: ignore[arg-type]
    return seen


def test_what_a_form_may_hold_is_handed_on() -> None:
    seen = ask(Endless(10 * MEGABYTE), str(10 * MEGABYTE))
    assert (seen.asked["REQUEST_METHOD"], seen.bodies) == ("POST", [10 * MEGABYTE])
    assert seen.answered == [("200 OK", [])]


def test_what_is_announced_as_too_large_never_reaches_the_product() -> None:
    seen = ask(Endless(20 * MEGABYTE), str(20 * MEGABYTE))
    assert (seen.asked["REQUEST_METHOD"], seen.asked["QUERY_STRING"]) == ("GET", "change&too-large")
    assert [name for name in seen.asked if "CONTENT" in name] == []
    assert seen.asked["HTTP_COOKIE"] == "sessionid=1"
    assert seen.bodies == [0]
    assert seen.answered == [("413 Content Too Large", [("Connection", "close")])]


@pytest.mark.parametrize("length", [None, ""])
def test_what_nobody_announced_is_left_to_the_product(length: str | None) -> None:
    body = BytesIO(b"x")
    seen = ask(body, length)
    assert seen.asked["wsgi.input"] is body
    assert seen.bodies == [0]


def test_not_even_all_of_it_is_read() -> None:
    body = Endless(2 * 1024**3)
    ask(body, str(2 * 1024**3))
    assert MOST < body.read_octets <= DROPPED


def test_who_may_not_see_the_form_is_still_told_that() -> None:
    assert ask(Endless(20 * MEGABYTE), str(20 * MEGABYTE), Seen("302 Found")).answered == [("302 Found", [])]


@pytest.fixture
def connection(web: Web) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    yield connection
    connection.close()


def test_two_gigabytes_get_a_sentence_at_the_field_and_the_draft_stays(
    connection: http.client.HTTPConnection,
) -> None:
    administrator, client = person(Role.ADMINISTRATOR), Client()
    client.force_login(administrator)
    draft = BatchDraft.objects.create(by=administrator)
    name = settings.SESSION_COOKIE_NAME
    connection.putrequest("POST", reverse("batches:wizard-step", args=[draft.pk, "users"]))
    for header, value in {
        "Cookie": f"{name}={client.cookies[name].value}",
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(2 * 1024**3),
    }.items():
        connection.putheader(header, value)
    connection.endheaders()
    for _megabyte in range(DROPPED // MEGABYTE):
        connection.send(b"x" * MEGABYTE)
    answer = connection.getresponse()
    shown = answer.read().decode()
    assert answer.status == 413
    assert "What was sent is far too large" in shown
    assert BatchDraft.objects.filter(pk=draft.pk, csv="").exists()


@pytest.mark.django_db
def test_a_form_with_more_than_a_megabyte_of_text_is_refused_with_a_sentence(administrator_client: Client) -> None:
    draft = BatchDraft.objects.create(by=Person.objects.get(), name="Wave-1")
    large = {"name": "Wave-2", "notification_emails": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    data, form = urlencode(large), "application/x-www-form-urlencoded"
    answer = administrator_client.post(reverse("batches:wizard-start"), data, content_type=form)
    assert answer.status_code == 400
    assert "It is damaged or too large" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.name, BatchDraft.objects.count()) == ("Wave-1", 1)
