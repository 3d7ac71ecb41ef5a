"""What servers say when it is too much for them, and what is made of it."""

from __future__ import annotations

from contextlib import closing

import pytest

from mailsync.errors import MailsyncError, Retry, SignInFailed, Stop
from mailsync.model import INBOX
from mailsync.stores.imap.responses import Response, append_refusal, farewell, refusal, sign_in_refusal, temporary
from tests.mailsync.stores.scripted import Conversation, ScriptedServer

HINT = "Request is throttled. Suggested Backoff Time: %s"


def response(line: str) -> Response:
    return Response.of([line.encode() if line.startswith("*") else b"A1 " + line.encode()])


@pytest.mark.parametrize("kind", ["NO", "BAD", "* BYE", "NO [UNAVAILABLE]", "NO [LIMIT]", "* BYE [THROTTLED]"])
@pytest.mark.parametrize(
    ("hint", "seconds"),
    [
        ("299961 milliseconds", 299.961),
        ("3000000 milliseconds", 3000.0),
        ("45000 ms", 45.0),
        ("30 seconds", 30.0),
        ("5 minutes", 300.0),
        ("2 hours", 7200.0),
    ],
)
def test_the_time_that_exchange_online_asks_for_is_understood(kind: str, hint: str, seconds: float) -> None:
    error = temporary(response(f"{kind} {HINT % hint}"))
    assert error is not None
    assert error.code == "throttled"
    assert error.after == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("NO Too many requests, try again in 5 minutes", 300.0),
        ("NO [LIMIT] Rate limit hit, retry after 90 s", 90.0),
        ("NO Server busy, please wait 20 secs", 20.0),
        ("NO slow down and wait for 2 min", 120.0),
    ],
)
def test_other_ways_of_asking_for_a_time_are_understood(words: str, seconds: float) -> None:
    error = temporary(response(words))
    assert error is not None
    assert error.after == pytest.approx(seconds)


@pytest.mark.parametrize(("hint", "seconds"), [("0 milliseconds", 1.0), ("999999999999 hours", 86_400.0)])
def test_no_server_makes_us_hammer_or_wait_for_ever(hint: str, seconds: float) -> None:
    error = temporary(response("NO " + HINT % hint))
    assert error is not None
    assert error.after == seconds


@pytest.mark.parametrize("number", ["", "9" * 900, "-5", "soon"])
def test_a_time_that_is_none_leaves_the_choice_to_us(number: str) -> None:
    error = temporary(response("NO " + HINT % f"{number} milliseconds"))
    assert error is not None
    assert (error.code, error.after) == ("throttled", None)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        # Dovecot
        (
            "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
            "too_many_connections",
        ),
        (
            "* BYE Maximum number of connections from user+IP exceeded (mail_max_userip_connections=16)",
            "too_many_connections",
        ),
        ("* BYE Disconnected: Connection queue full", "too_many_connections"),
        ("* BYE Disconnected: Auth process not responding, try again later", "unavailable"),
        ("NO [UNAVAILABLE] Temporary authentication failure. [mx1:2026-11-22 14:05:00]", "unavailable"),
        ("NO [INUSE] Timeout while waiting for lock", "unavailable"),
        ("NO [SERVERBUG] Internal error occurred. Refer to server log for more information.", "unavailable"),
        # Gmail
        ("NO [ALERT] Too many simultaneous connections. (Failure)", "too_many_connections"),
        ("NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", "throttled"),
        ("* BYE [ALERT] Account exceeded command or bandwidth limits.", "throttled"),
        ("NO [UNAVAILABLE] Temporary System Problem. Try again later (Failure)", "unavailable"),
        # Yahoo, AOL
        ("NO [LIMIT] FETCH Rate limit hit.", "throttled"),
        ("NO [UNAVAILABLE] FETCH Server error while fetching messages", "unavailable"),
        # Courier
        ("* BYE Temporary problem, please try again later", "unavailable"),
        # Cyrus
        ("NO [LIMIT] Too many open connections from your host", "too_many_connections"),
        ("NO [INUSE] Mailbox is locked", "unavailable"),
        # Exchange
        ("NO Server Unavailable. 15", "unavailable"),
        ("NO Server is too busy", "unavailable"),
        # others
        ("* BYE Too many concurrent IMAP connections", "too_many_connections"),
        ("* BYE Too many UID FETCH commands issued, please reconnect", "throttled"),
        ("NO [ALERT] Too many connections from this IP", "too_many_connections"),
        ("NO User connection limit reached", "too_many_connections"),
        ("NO System busy!", "unavailable"),
        ("NO [THROTTLED] slow down", "throttled"),
    ],
)
def test_real_servers_are_understood_wherever_they_complain(line: str, code: str) -> None:
    answer = response(line)
    for judge in (temporary, farewell, refusal, sign_in_refusal):
        error = judge(answer)
        assert isinstance(error, Retry)
        assert (error.code, error.after, error.words) == (code, None, line.removeprefix("* "))


@pytest.mark.parametrize(
    "line",
    [
        "NO [LIMIT] LOGIN Too many login failures",
        "NO [AUTHENTICATIONFAILED] Server temporarily rejects this login, try again later",
        "NO Your account is temporarily locked because of too many failed logins, try again in 15 minutes",
        "NO [UNAVAILABLE] Account disabled",
        "NO [ALERT] Access for this user is blocked, server busy",
        "* BYE Too many authentication failures",
        "* BYE Too many login attempts, please wait 60 seconds",
        "NO Invalid password; maximum number of sessions is 5",
    ],
)
def test_an_account_that_gets_locked_is_not_asked_again(line: str) -> None:
    answer = response(line)
    assert isinstance(sign_in_refusal(answer), SignInFailed)
    assert isinstance(farewell(answer), SignInFailed)


def test_a_limit_at_sign_in_is_one_of_connections() -> None:
    error = sign_in_refusal(response("NO [LIMIT] No more"))
    assert (error.code, type(error)) == ("too_many_connections", Retry)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("NO [OVERQUOTA] Quota exceeded (mailbox for user is full), try again later", "over_quota"),
        ("NO Quota exceeded, server unavailable", "over_quota"),
        ("NO [NONEXISTENT] Mailbox doesn't exist: Too many connections, try again later", "mailbox_missing"),
        ("NO [NOPERM] Server busy", "permission_denied"),
    ],
)
def test_a_server_that_says_exactly_what_is_wrong_is_taken_at_its_word(line: str, code: str) -> None:
    error = refusal(response(line))
    assert isinstance(error, Stop)
    assert error.code == code


@pytest.mark.parametrize(
    "line", ["NO Too many invalid IMAP commands", "BAD Invalid system flag", "NO [CANNOT] throttle"]
)
def test_what_will_not_pass_is_no_complaint(line: str) -> None:
    assert temporary(response(line)) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "over_quota"),
        ("NO [LIMIT] Message is beyond the limit", "too_large"),
    ],
)
def test_a_full_mailbox_and_a_large_message_are_no_complaints(line: str, code: str) -> None:
    assert temporary(response(line)) is None
    assert append_refusal(response(line)) == code


@pytest.mark.parametrize("kind", [b"NO", b"BAD"])
def test_a_request_to_wait_counts_though_it_belongs_to_no_command(kind: bytes) -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.expect(b"STATUS")
        server.say(b"* %s %s" % (kind, (HINT % "299961 milliseconds").encode()))

    with ScriptedServer(script) as server, pytest.raises(Retry) as caught:
        server.store().state(INBOX)
    assert caught.value.after == pytest.approx(299.961)


def test_a_warning_without_a_time_is_no_refusal() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        tag = server.expect(b"STATUS")
        server.say(b"* NO Disk is nearly full, try again later")
        server.say(b"* STATUS INBOX (MESSAGES 1 UIDNEXT 10 UIDVALIDITY 7)", tag + b" OK done")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert store.state(INBOX) is not None


def test_the_errors_carry_the_words_of_the_server() -> None:
    error: MailsyncError = farewell(response("* BYE " + HINT % "1000 milliseconds"))
    assert error.words == "BYE Request is throttled. Suggested Backoff Time: 1000 milliseconds"
