"""The bell, what happened, and the mails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.models import AuditEntry
from notifications.models import Event, Mail
from notifications.unread import MOST
from notifications.watching import look
from tests.batches.examples import make_batch, make_user
from tests.html import Page, page_at


def something_happens(name: str = "Finance") -> None:
    """Two events: begun, and ended."""
    now = timezone.now() + timedelta(seconds=1)
    batch = make_batch(name, started_at=now, notification_emails=["it@contoso.com"])
    make_user(batch, status="synced")
    look(now)


def bell(client: Client) -> str:
    return page_at(client, "/batches/").one("a", id="bell-link").text


def test_the_bell_counts_what_somebody_has_not_seen(helpdesk_client: Client, manager_client: Client) -> None:
    assert bell(helpdesk_client) == "Notifications, nothing new"
    something_happens()
    assert bell(helpdesk_client) == bell(manager_client) == "2Notifications, 2 new"
    helpdesk_client.post("/notifications/read/")
    assert bell(helpdesk_client) == "Notifications, nothing new"
    assert bell(manager_client) == "2Notifications, 2 new"
    something_happens("Sales")
    assert bell(helpdesk_client) == "2Notifications, 2 new"


def test_the_bell_renews_itself_once_a_minute(helpdesk_client: Client) -> None:
    something_happens()
    piece = Page(helpdesk_client.get("/notifications/bell/", headers={"HX-Request": "true"}))
    assert piece.one("div", id="bell")["hx-trigger"] == "every 60s"
    assert "2 new" in piece.text


def test_the_bell_does_not_count_without_end(helpdesk_client: Client) -> None:
    batch, now = make_batch(), timezone.now() + timedelta(seconds=1)
    Event.objects.bulk_create(Event(kind="stopped", batch=batch, at=now, closed_at=now) for _ in range(MOST + 5))
    assert bell(helpdesk_client).startswith("99+")


def test_what_happened_before_somebody_came_is_not_new(helpdesk_client: Client) -> None:
    batch = make_batch()
    Event.objects.create(kind="stopped", batch=batch, at=timezone.now() - timedelta(days=1))
    assert bell(helpdesk_client) == "Notifications, nothing new"


def test_what_happened_is_listed_the_newest_first(helpdesk_client: Client) -> None:
    assert "Nothing has happened yet" in page_at(helpdesk_client, "/notifications/").text
    something_happens()
    page = page_at(helpdesk_client, "/notifications/")
    told = [item.text for item in page.all("li", class_="new")]
    assert len(told) == 2
    assert told[0].startswith("Migration batch Finance has ended its first copies New")
    answer = helpdesk_client.post("/notifications/read/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/notifications/")
    assert not page_at(helpdesk_client, "/notifications/").all("li", class_="new")


def test_only_administrators_read_mails_and_webhooks(
    administrator_client: Client, manager_client: Client, helpdesk_client: Client
) -> None:
    for path in ("mails/", "webhooks/"):
        assert [
            client.get(f"/notifications/{path}").status_code
            for client in (administrator_client, manager_client, helpdesk_client)
        ] == [200, 403, 403]
    assert not page_at(manager_client, "/notifications/").all("nav", class_="tabs")


def test_without_a_mail_server_the_mails_can_be_read_here(administrator_client: Client, settings: Settings) -> None:
    something_happens()
    page = page_at(administrator_client, "/notifications/mails/")
    assert page.all("div", id="no-mail-server")
    assert [row[:3] for row in page.rows()] == [
        ["Migration batch Finance has ended its first copies", "it@contoso.com", "Waiting"],
        ["Migration batch Finance: 1 mailbox has begun, 0 failed", "it@contoso.com", "Waiting"],
    ]
    mail = Mail.objects.latest("pk")
    assert "Every mailbox has its first copy." in page_at(administrator_client, f"/notifications/mails/{mail.pk}/").text
    settings.EMAIL_HOST = "mail.contoso.com"
    assert not page_at(administrator_client, "/notifications/mails/").all("div", id="no-mail-server")


@pytest.mark.parametrize("tried", [False, True])
def test_a_mail_that_was_given_up_can_be_tried_again(tried: bool, administrator_client: Client) -> None:
    something_happens()
    mail = Mail.objects.latest("pk")
    url = f"/notifications/mails/{mail.pk}/"
    if tried:
        Mail.objects.filter(pk=mail.pk).update(tries=8, due_at=None, words="550 No such user")
        assert "550 No such user" in page_at(administrator_client, url).text
    assert bool(page_at(administrator_client, url).all("button", id="retry")) is tried
    administrator_client.post(f"{url}retry/")
    mail.refresh_from_db()
    assert (mail.tries, mail.due_at is None) == (0, False)
    assert AuditEntry.objects.get(action="retry mail").thing == "it@contoso.com"
    Mail.objects.update(sent_at=timezone.now())
    assert administrator_client.post(f"{url}retry/").status_code == 404
