"""Mails to the recipients of a batch, by a real mail server."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from batches.models import MigrationBatch
from core.models import Person
from migrationcenter import setting_values
from notifications.addressing import address
from notifications.mails import send_mails
from notifications.models import Event, Mail
from notifications.trying import KEPT, LEASE, WAITS
from notifications.watching import look
from tests.batches.examples import NOON, make_batch, make_user
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=1)


def told(*recipients: str, **user: Any) -> MigrationBatch:
    """A batch whose start has just been told."""
    batch = make_batch("Finance", notification_emails=list(recipients))
    make_user(batch, status="syncing", **user)
    look(SOON)
    return batch


def test_each_recipient_gets_one_mail_with_figures_and_links(smtp: SmtpServer, settings: Settings) -> None:
    settings.SITE_URL = "https://migration.contoso.com"
    batch = told("it@contoso.com", "IT@contoso.com", "boss@contoso.com", items_synced=1234)
    send_mails(SOON)
    send_mails(SOON)
    assert sorted(mail["To"] for mail in smtp.mails) == ["IT@contoso.com", "boss@contoso.com"]
    mail = smtp.mails[0]
    assert mail["Subject"] == "Migration batch Finance: 1 mailbox has begun, 0 failed"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part in mail.iter_parts():
        text = part.get_content()
        assert f"https://migration.contoso.com/batches/{batch.pk}/MigrationErrors.csv" in text
        assert "1,234" in text
        assert "UTC" in text
    assert set(Mail.objects.values_list("sent_at", "due_at")) == {(SOON, None)}


def test_everybody_reads_it_in_their_own_language_and_time_zone() -> None:
    Person.objects.create_user("anna", email="Anna@contoso.com", language="nl", time_zone="Europe/Amsterdam")
    told("anna@contoso.com", "it@contoso.com")
    dutch, english = Mail.objects.order_by("recipient")
    assert dutch.subject == "Migratiebatch Finance: 1 postvak is begonnen, 0 mislukt"
    assert "13:01" in dutch.text
    assert "Europe/Amsterdam" in dutch.text
    assert english.subject.startswith("Migration batch Finance")


def test_names_are_text_in_the_html() -> None:
    batch = make_batch("<b>R&D</b>", notification_emails=["it@contoso.com"])
    make_user(batch, status="synced")
    look(SOON)
    mail = Mail.objects.filter(event__kind="finished").get()
    assert "&lt;b&gt;R&amp;D&lt;/b&gt;" in mail.html
    assert "<b>R&D</b>" in mail.subject


@pytest.mark.parametrize(
    ("kind", "facts", "subject", "says"),
    [
        ("finished", {}, "Migration batch Finance has ended its first copies", "Every mailbox has its first copy."),
        (
            "finished",
            {"failed": 2},
            "Migration batch Finance has ended its first copies, with errors",
            "?status=failed",
        ),
        ("report", {}, "Migration batch Finance: 3 of 5 mailboxes are synced", "at the interval"),
        ("stopped", {}, "Migration batch Finance has stopped by itself", "no account gets locked"),
        ("failures", {"failed": 4}, "Migration batch Finance: 4 mailboxes failed", "one cause for all"),
        (
            "unreachable",
            {"code": "timeout", "side": "source", "words": "timed out"},
            "Migration batch Finance: a server does not answer",
            "timed out",
        ),
    ],
)
def test_each_event_has_its_words(kind: str, facts: dict[str, object], subject: str, says: str) -> None:
    batch = make_batch("Finance", notification_emails=["it@contoso.com"])
    figures = dict.fromkeys(("failed", "stopped", "waiting", "working", "items", "skipped", "octets"), 0)
    given = {"total": 5, "synced": 3, **figures, **facts}
    address(Event.objects.create(kind=kind, batch=batch, at=NOON, facts=given))
    mail = Mail.objects.get()
    assert mail.subject == subject
    assert says in mail.text


def test_without_a_mail_server_mails_wait_and_go_out_once_there_is_one(settings: Settings) -> None:
    told("it@contoso.com")
    send_mails(SOON)
    assert (Mail.objects.get().tries, Mail.objects.get().sent_at) == (0, None)
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        send_mails(NOON + timedelta(days=2))
        assert len(server.mails) == 1


def test_what_the_server_refuses_for_now_is_tried_again_later(smtp: SmtpServer) -> None:
    told("slow@contoso.com", "it@contoso.com")
    smtp.refuse["slow@contoso.com"] = "451 4.7.1 Greylisted, come back later"
    send_mails(SOON)
    slow = Mail.objects.get(recipient="slow@contoso.com")
    assert (slow.words, slow.due_at, slow.sent_at) == (
        "451 4.7.1 Greylisted, come back later",
        SOON + WAITS[0],
        None,
    )
    assert [mail["To"] for mail in smtp.mails] == ["it@contoso.com"]
    smtp.refuse.clear()
    send_mails(SOON + WAITS[0] - timedelta(seconds=1))
    assert len(smtp.mails) == 1
    send_mails(SOON + WAITS[0])
    slow.refresh_from_db()
    assert (len(smtp.mails), slow.words, slow.tries) == (2, "", 2)


def test_what_the_server_refuses_for_good_is_not_tried_again(smtp: SmtpServer) -> None:
    told("nobody@contoso.com")
    smtp.refuse["nobody@contoso.com"] = "550 5.1.1 No such user"
    send_mails(SOON)
    assert (Mail.objects.get().due_at, Mail.objects.get().words) == (None, "550 5.1.1 No such user")


def test_a_mail_server_that_is_gone_is_asked_ever_more_seldom_until_it_is_given_up(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listening.getsockname()[1]
    told("it@contoso.com")
    now, tries = SOON, 0
    while Mail.objects.get().due_at and tries < 20:
        now, tries = Mail.objects.get().due_at or now, tries + 1
        send_mails(now)
    assert tries == len(WAITS) + 1
    assert now == SOON + sum(WAITS, timedelta())
    assert Mail.objects.get().words.startswith("ConnectionRefusedError")


def test_a_mail_whose_worker_dies_is_sent_by_another_under_the_same_name(smtp: SmtpServer) -> None:
    told("it@contoso.com")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notifications.mails.sent", lambda *_: None)  # the mail is out, and nobody can write that down
        send_mails(SOON)
    send_mails(SOON + LEASE - timedelta(seconds=1))
    assert len(smtp.mails) == 1
    send_mails(SOON + LEASE)
    assert smtp.mails[0]["Message-ID"] == smtp.mails[1]["Message-ID"]


def test_what_takes_long_is_left_to_the_next_turn(smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    told("it@contoso.com", "boss@contoso.com")
    monkeypatch.setattr("notifications.trying.LONGEST", -1)
    send_mails(SOON)
    assert (smtp.mails, [mail.tries for mail in Mail.objects.all()]) == ([], [0, 0])


def test_old_mails_are_forgotten_and_events_are_not(smtp: SmtpServer) -> None:
    told("it@contoso.com")
    send_mails(SOON)
    send_mails(SOON + KEPT + timedelta(seconds=1))
    assert (Mail.objects.count(), Event.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("url", "settings_of_it"),
    [
        ("", ("", 25, "", "", False, False)),
        ("smtp://mail.contoso.com", ("mail.contoso.com", 25, "", "", False, False)),
        ("smtp+tls://app:p%40ss@mail.contoso.com", ("mail.contoso.com", 587, "app", "p@ss", True, False)),
        ("smtps://app:x@mail.contoso.com:4650", ("mail.contoso.com", 4650, "app", "x", False, True)),
    ],
)
def test_the_mail_server_is_one_address(url: str, settings_of_it: tuple[object, ...]) -> None:
    found = setting_values.mail_server(url)
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")
    flags = (found.get("EMAIL_USE_TLS", False), found.get("EMAIL_USE_SSL", False))
    assert (*(found[name] for name in names), *flags) == settings_of_it


@pytest.mark.parametrize("url", ["http://mail.contoso.com", "smtp://", "mail.contoso.com:25"])
def test_an_address_of_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        setting_values.mail_server(url)


@pytest.mark.parametrize("url", ["migration.contoso.com", "ftp://contoso.com", "https://"])
def test_links_begin_with_an_address_of_the_web(url: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        setting_values.site_url(url)
    assert setting_values.site_url("https://migration.contoso.com/") == "https://migration.contoso.com"
