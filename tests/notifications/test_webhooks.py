"""Webhooks: signed calls of other programs, by a real web server."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from datetime import timedelta

import pytest
from django.test import Client

from core.models import AuditEntry, Person
from notifications.models import Delivery, Webhook
from notifications.trying import WAITS
from notifications.watching import look
from notifications.webhooks import call_webhooks, new_secret
from tests.batches.examples import NOON, make_batch, make_user
from tests.html import Page, page_at
from tests.notifications.receiver import Call, Receiver

SOON = NOON + timedelta(minutes=1)


@pytest.fixture
def webhook(receiver: Receiver, administrator: Person) -> Webhook:
    given = {"url": receiver.url, "kinds": ["started", "stopped"], "secret": new_secret()}
    return Webhook.objects.create(created_by=administrator, **given)


def something_happens() -> None:
    make_user(make_batch("Finance"), status="synced")
    look(SOON)


def signed_by(secret: str, call: Call) -> bool:
    """As the documentation tells receivers to check it."""
    parts = dict(part.split("=") for part in call.headers["X-Migration-Center-Signature"].split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + call.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and int(parts["t"]) == int(SOON.timestamp())


def test_what_was_asked_for_is_told_and_signed(webhook: Webhook, receiver: Receiver) -> None:
    something_happens()
    call_webhooks(SOON)
    call_webhooks(SOON)
    (call,) = receiver.calls
    told = json.loads(call.body)
    assert (told["event"], told["at"], told["batch"]["name"]) == ("started", "2026-03-02T12:01:00Z", "Finance")
    assert told["facts"]["synced"] == 1
    assert told["batch"]["url"].startswith("http://127.0.0.1:8000/batches/")
    assert call.headers["X-Migration-Center-Event"] == "started"
    assert signed_by(webhook.secret, call)
    assert not signed_by(new_secret(), call)
    delivery = Delivery.objects.get()
    assert (delivery.code, delivery.sent_at, delivery.due_at) == (204, SOON, None)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_is_tried_again_with_the_answer_kept(
    status: int, webhook: Webhook, receiver: Receiver
) -> None:
    receiver.answer = (status, "not now")
    something_happens()
    call_webhooks(SOON)
    delivery = Delivery.objects.get()
    assert (delivery.code, delivery.due_at) == (status, SOON + WAITS[0])
    assert delivery.words.endswith("not now")
    receiver.answer = (200, "ok")
    call_webhooks(SOON + WAITS[0])
    delivery.refresh_from_db()
    assert (delivery.code, delivery.words, delivery.tries, len(receiver.calls)) == (200, "", 2, 2)


def test_a_receiver_that_is_gone_is_called_again_later(webhook: Webhook) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Webhook.objects.update(url=f"http://127.0.0.1:{listening.getsockname()[1]}/")
    something_happens()
    call_webhooks(SOON)
    delivery = Delivery.objects.get()
    assert (delivery.code, delivery.due_at) == (None, SOON + WAITS[0])
    assert delivery.words.startswith("ConnectionError")


def test_one_that_is_switched_off_is_not_called(webhook: Webhook, receiver: Receiver) -> None:
    something_happens()
    Webhook.objects.update(is_on=False)
    call_webhooks(SOON)
    look(SOON)
    assert receiver.calls == []
    assert Delivery.objects.get().due_at is None


def test_an_administrator_makes_one_and_sees_its_secret_once(
    receiver: Receiver, administrator: Person, administrator_client: Client
) -> None:
    given = {"url": receiver.url, "kinds": ["started", "stopped"]}
    answer = administrator_client.post("/notifications/webhooks/new/", given)
    webhook = Webhook.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/notifications/webhooks/{webhook.pk}/")
    assert (webhook.created_by, webhook.kinds) == (administrator, ["started", "stopped"])
    assert webhook.secret in page_at(administrator_client, f"/notifications/webhooks/{webhook.pk}/").text
    assert webhook.secret not in page_at(administrator_client, f"/notifications/webhooks/{webhook.pk}/").text
    assert AuditEntry.objects.get(action="create webhook").thing == receiver.url


@pytest.mark.parametrize(
    "url", ["", "contoso.com", "ftp://contoso.com/x", "https://", "http://[", "http://contoso.com:99999/"]
)
def test_an_address_that_nobody_can_call_is_refused(url: str, administrator_client: Client) -> None:
    answer = administrator_client.post("/notifications/webhooks/new/", {"url": url, "kinds": ["started"]}, follow=True)
    page = Page(answer)
    assert page.all("ul", class_="field-error")
    assert page.one("input", id="id_url")["value"] == url
    assert not Webhook.objects.exists()


def test_a_test_calls_at_once_and_shows_the_answer(
    webhook: Webhook, receiver: Receiver, administrator_client: Client
) -> None:
    url = f"/notifications/webhooks/{webhook.pk}/"
    page = Page(administrator_client.post(f"{url}test/", follow=True))
    assert "The webhook took the test." in page.text
    assert json.loads(receiver.calls[0].body)["event"] == "test"
    receiver.answer = (500, "broken")
    page = Page(administrator_client.post(f"{url}test/", follow=True))
    assert "The webhook did not accept the test." in page.text
    assert page.rows()[0][:3] == ["Test of a webhook", "Not sent", "500"]
    assert not Delivery.objects.exclude(due_at=None).exists()


def test_it_is_switched_off_and_on_and_deleted(webhook: Webhook, administrator_client: Client) -> None:
    url = f"/notifications/webhooks/{webhook.pk}/"
    assert page_at(administrator_client, "/notifications/webhooks/").rows()[0][1] == "On"
    administrator_client.post(f"{url}switch/", {"on": "no"})
    administrator_client.post(f"{url}switch/", {"on": "no"})
    assert page_at(administrator_client, "/notifications/webhooks/").rows()[0][1] == "Off"
    administrator_client.post(f"{url}switch/", {"on": "yes"})
    assert "Delete this webhook?" in page_at(administrator_client, f"{url}delete/").text
    administrator_client.post(f"{url}delete/")
    assert "No webhooks yet" in page_at(administrator_client, "/notifications/webhooks/").text
