"""Bodies that are larger than any form are refused before they are kept anywhere."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from batches.models import BatchDraft
from core.models import Role
from core.uploads import DROPPED, MEGABYTE, MOST, Message, Receive, Scope, Send, UploadLimit
from tests.conftest import person
from tests.servers.web import Web

HEADERS = [(b"content-type", b"multipart/form-data; boundary=x"), (b"cookie", b"sessionid=1")]


class Seen:
    """An application that reads a whole body, and what it was asked and answered."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.sent: list[Message] = []
        self.read = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        more = scope["type"] == "http"
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            more = bool(message["more_body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})


def ask(chunks: Iterable[int], *headers: tuple[bytes, bytes], kind: str = "http") -> Seen:
    seen, sizes = Seen(), iter([*chunks, 0])

    async def receive() -> Message:
        size = next(sizes, 0)
        seen.read += size
        return {"type": "http.request", "body": b"x" * size, "more_body": size > 0}

    async def send(message: Message) -> None:
        seen.sent.append(message)

    scope: dict[str, Any] = {"type": kind, "method": "POST", "query_string": b"change", "headers": [*HEADERS, *headers]}
    asyncio.run(UploadLimit(seen)(scope, receive, send))
    return seen


def test_what_a_form_may_hold_is_handed_on() -> None:
    seen = ask([MEGABYTE] * 10, (b"content-length", b"%d" % (10 * MEGABYTE)))
    assert [scope["method"] for scope in seen.scopes] == ["POST"]
    assert seen.sent[0]["status"] == 200


def test_what_is_announced_as_too_large_never_reaches_the_product() -> None:
    seen = ask([MEGABYTE] * 20, (b"content-length", b"%d" % (20 * MEGABYTE)))
    (scope,) = seen.scopes
    assert (scope["method"], scope["query_string"]) == ("GET", b"change&too-large")
    assert scope["headers"] == [(b"cookie", b"sessionid=1")]
    assert seen.sent[0]["status"] == 413


def test_what_grows_too_large_is_cut_off() -> None:
    seen = ask([MEGABYTE] * 20)
    assert [scope["method"] for scope in seen.scopes] == ["POST", "GET"]
    assert seen.sent[0]["status"] == 413


def test_not_even_all_of_it_is_read() -> None:
    seen = ask([8 * MEGABYTE] * 100, (b"content-length", b"2147483648"))
    assert MOST < seen.read <= DROPPED


def test_other_connections_are_no_business_of_it() -> None:
    assert [scope["type"] for scope in ask([], kind="lifespan").scopes] == ["lifespan"]


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
