"""Sessions that servers end, refuse or slow down, in the words of the real ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailsync.errors import MailsyncError, Retry, SignInFailed, Stop
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.stores.memory import MemoryStore
from tests.mailsync.fidelity.copying import bodies, copy, copy_from, copy_to, skipped
from tests.mailsync.fidelity.host import EXCHANGE_2010, EXCHANGE_ONLINE, GMAIL, PLAIN, Host, serving

LETTERS = [b"Subject: %d\r\n\r\n%d\r\n" % (number, number) for number in range(1, 21)]


def holding(letters: list[bytes]) -> MemoryStore:
    store = MemoryStore()
    for letter in letters:
        store.deliver(INBOX, letter, (), datetime(2009, 6, 1, tzinfo=UTC))
    return store


def fails(host: Host, journal: MemoryJournal | None = None, target: MemoryStore | None = None) -> MailsyncError:
    with pytest.raises(MailsyncError) as caught:
        copy_from(host, journal, target)
    return caught.value


# Signing in


@pytest.mark.parametrize("capabilities", [EXCHANGE_ONLINE, EXCHANGE_2010, GMAIL], ids=["EXO", "2010", "Gmail"])
@pytest.mark.parametrize(
    "words",
    [
        b"TAG NO AUTHENTICATE failed.",
        b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        b"TAG NO [ALERT] Application-specific password required: contoso.com (Failure)",
        b"TAG NO LOGIN failed.",
        b"TAG BAD Command Argument Error. 12",
    ],
)
def test_refused_credentials_are_tried_once_and_told_in_the_servers_words(capabilities: bytes, words: bytes) -> None:
    host = Host(capabilities)
    host.say_instead(b"AUTHENTICATE", b"+ ", words)
    host.say_instead(b"AUTHENTICATE", words, times=9)
    error = fails(host)
    assert isinstance(error, SignInFailed)
    assert error.words == words.removeprefix(b"TAG ").decode()
    assert len(host.heard(b"AUTHENTICATE")) == 1


@pytest.mark.parametrize("command", [b"LIST", b"STATUS", b"EXAMINE"])
@pytest.mark.parametrize(
    "words", [b"TAG BAD User is authenticated but not connected.", b"TAG NO User is authenticated but not connected."]
)
def test_who_is_authenticated_but_not_connected_did_not_sign_in(command: bytes, words: bytes) -> None:
    host = Host(EXCHANGE_ONLINE, *LETTERS)
    host.say_instead(command, words, times=99)
    error = fails(host)
    assert isinstance(error, SignInFailed)
    assert error.words.endswith("User is authenticated but not connected.")
    assert len(host.sessions) == 1  # a wrong password says so, too: it is not repeated


def test_a_server_that_takes_no_password_says_what_it_offers() -> None:
    host = Host(b"IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR")
    error = fails(host)
    assert isinstance(error, Stop)
    assert error.code in {"no_mechanism", "plaintext_refused"}
    assert "AUTH=XOAUTH2" in error.words


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        (b"* BYE Too many connections from your IP", "too_many_connections"),
        (b"* BYE [ALERT] Too many simultaneous connections. (Failure)", "too_many_connections"),
        (b"* BYE Connection refused", "hung_up"),
        (b"* BYE Server is unavailable. 15", "unavailable"),
    ],
)
def test_a_bye_in_place_of_a_greeting_ends_the_run_after_one_try(greeting: bytes, code: str) -> None:
    host = Host()
    host.greeting = greeting
    error = fails(host)
    assert (error.code, error.words, error.side) == (code, greeting.removeprefix(b"* ").decode(), "source")
    assert len(host.sessions) == 1


# In the middle


@pytest.mark.parametrize(
    ("words", "code", "after"),
    [
        (b"TAG NO Request is throttled. Suggested Backoff Time: 299961 milliseconds", "throttled", 299.961),
        (b"TAG BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds", "throttled", 60.0),
        (b"* BYE Session expired, please login again.", "hung_up", None),
        (b"* BYE Connection is closed. 13", "hung_up", None),
        (b"* BYE Autologout; idle for too long", "hung_up", None),
        (b"* BYE [ALERT] Too many simultaneous connections. (Failure)", "too_many_connections", None),
        (b"TAG NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", "throttled", None),
        (b"TAG NO [UNAVAILABLE] Temporary authentication failure", "unavailable", None),
        (b"HANG UP", "hung_up", None),
    ],
)
def test_a_source_that_breaks_off_is_left_alone_and_the_next_run_goes_on(
    words: bytes, code: str, after: float | None
) -> None:
    host, target, journal = Host(PLAIN, *LETTERS), MemoryStore(), MemoryJournal()
    first = b'* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Jun-2009 12:00:00 +0000" BODY[] {%d}\r\n%s)'
    host.say_instead(b"UID FETCH", first % (len(LETTERS[0]), LETTERS[0]), words)
    error = fails(host, journal, target)
    assert isinstance(error, Retry)
    assert (error.code, error.after, error.side) == (code, after, "source")
    copy_from(host, journal, target)
    assert bodies(target) == LETTERS


@pytest.mark.parametrize(
    "words", [b"* BYE Connection is closed. 13", b"TAG NO Request is throttled. Suggested Backoff Time: 5 milliseconds"]
)
def test_a_target_that_breaks_off_gets_nothing_twice(words: bytes) -> None:
    for capabilities in (PLAIN, EXCHANGE_ONLINE):
        host, source, journal = Host(capabilities), holding(LETTERS), MemoryJournal()
        host.refuses[b"Subject: 11\r\n"] = words.removeprefix(b"TAG ")
        with pytest.raises(Retry):
            copy_to(host, source, journal)
        host.refuses.clear()
        copy_to(host, source, journal)
        assert sorted(letter.body for letter in host.inbox.letters.values()) == sorted(LETTERS)


@pytest.mark.parametrize("ill", [{3}, {1, 2}, set(range(3, 17)), set(range(1, 21))], ids=str)
def test_unreadable_messages_do_not_end_the_session_at_exchanges_tenth_error(ill: set[int]) -> None:
    host, target, journal = Host(EXCHANGE_2010, *LETTERS), MemoryStore(), MemoryJournal()
    host.ill, host.most_errors = ill, 10
    with serving(host) as source:
        events = copy(source, target, journal)
    assert bodies(target) == [letter for uid, letter in enumerate(LETTERS, 1) if uid not in ill]
    assert [(item.uid, item.kind) for item in skipped(events)] == [(uid, "unreadable") for uid in sorted(ill)]


STATUS = b'* STATUS "INBOX" (MESSAGES 20 UIDNEXT 21 UIDVALIDITY 7)'


@pytest.mark.parametrize(
    ("unasked", "sessions"),
    [
        ([b"* BYE Autologout; idle for too long", b"HANG UP"], 2),
        ([b"HANG UP"], 2),
        ([b"* OK Still here", b"* 21 EXISTS"], 1),
    ],
    ids=["BYE", "hung up", "still here"],
)
def test_an_idle_connection_that_the_server_has_closed_is_made_anew(unasked: list[bytes], sessions: int) -> None:
    host, target = Host(PLAIN, *LETTERS), MemoryStore()
    host.say_instead(b"STATUS", STATUS, b"TAG OK done", *unasked)
    with serving(host) as source:
        source.folders()
        assert host.has_said_it.wait(20)
        copy(source, target)
    assert bodies(target) == LETTERS
    assert len(host.sessions) == sessions


def test_an_idle_connection_that_ends_with_a_request_to_wait_is_not_made_anew() -> None:
    host = Host(PLAIN, *LETTERS)
    words = b"* BYE Request is throttled. Suggested Backoff Time: 299961 milliseconds"
    host.say_instead(b"STATUS", STATUS, b"TAG OK done", words, b"HANG UP")
    with serving(host) as source:
        source.folders()
        assert host.has_said_it.wait(20)
        with pytest.raises(Retry) as caught:
            copy(source, MemoryStore())
    assert (caught.value.code, caught.value.after) == ("throttled", 299.961)
    assert len(host.sessions) == 1
