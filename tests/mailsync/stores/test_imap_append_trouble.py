"""Storing, when the source, the line or the target gives way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from mailsync.errors import MailsyncError, Reject, Retry, SignInFailed
from mailsync.model import INBOX, Appended, Message, Outcome, Path, Refused
from tests.mailsync.stores.conftest import Servers, imap_store
from tests.mailsync.stores.messages import SOURCE, kept, mail, messages
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.mailsync.stores.target import MULTI, PLAIN, SINGLE, Target, append, lines, uids_of


@pytest.mark.parametrize(
    ("words", "code", "after"),
    [
        (b"NO Request is throttled. Suggested Backoff Time: 299961 milliseconds", "throttled", 299.961),
        (b"BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds", "throttled", 5.0),
        (b"NO [UNAVAILABLE] Backend is away", "unavailable", None),
        (b"* BYE Server is going down", "hung_up", None),
        (b"HANG UP", "hung_up", None),
    ],
)
@pytest.mark.parametrize("capabilities", [MULTI, SINGLE])
def test_a_server_in_trouble_is_left_alone_after_the_outcomes_that_are_known(
    words: bytes, code: str, after: float | None, capabilities: bytes
) -> None:
    target = Target(capabilities, lambda number: words if number == 3 else b"OK done")
    told: list[Outcome] = []
    with ScriptedServer(target) as server, closing(server.store()) as store, pytest.raises(Retry) as caught:
        told.extend(store.append(messages([mail(str(number)) for number in range(1_000)], INBOX)))
    assert (caught.value.code, caught.value.after) == (code, after)
    assert uids_of(told) == list(range(1, 201 if capabilities == MULTI else 3))


def test_what_was_stored_before_the_source_broke_off_is_told(servers: Servers) -> None:
    server, user = servers.start("dovecot"), servers.new_user("dovecot")

    def stream() -> Iterator[tuple[Path, Message]]:
        yield from messages([mail(str(number)) for number in range(7)], INBOX)
        raise Retry("hung_up", "the source is gone")

    told: list[int] = []
    with closing(imap_store(server, user)) as store, pytest.raises(Retry, match="the source is gone"):
        told.extend(uid for outcome in store.append(stream()) for uid in outcome.uids)
    assert told == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_message_that_is_not_as_long_as_it_said_never_becomes_commands(servers: Servers, difference: int) -> None:
    server, user = servers.start("dovecot"), servers.new_user("dovecot")
    body = b"Subject: x\r\n\r\nz1 CREATE Stolen\r\n"
    chunks = (body[at : at + 1] for at in range(len(body)))
    wrong = Message(SOURCE, 5, frozenset(), None, len(body) - difference, chunks)
    with closing(imap_store(server, user)) as store, pytest.raises(Reject, match="message 5"):
        list(store.append([(INBOX, wrong)]))
    with closing(imap_store(server, user)) as store:
        assert kept(store, INBOX) == []
        assert store.state(("Stolen",)) is None


def test_after_a_bad_each_message_goes_alone_over_a_fresh_connection() -> None:
    target = Target(MULTI, lambda number: b"BAD Command Argument Error. 11" if number == 1 else b"OK done")
    mails = [mail(str(number), "\\Seen", "$Label1") for number in range(700)]
    outcomes = append(target, mails, times=2)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert uids_of(outcomes) == list(range(1, 701))
    assert [(len(outcome.uids), outcome.words, outcome.code) for outcome in refused] == [
        (100, "BAD Command Argument Error. 11", "refused")
    ]
    assert target.stored == [item.content for item in mails[100:]]
    unasked = [line for line in lines(target, b"APPEND") if b"+}" in line]
    assert len(unasked) == 5  # those that were under way already
    assert len(lines(target, b"APPEND")) == 5 + 200


def test_a_sign_in_that_is_refused_on_the_way_is_not_repeated() -> None:
    """A fresh connection is made after a BAD; meanwhile somebody has changed the password."""
    target = Target(MULTI, lambda number: b"BAD Command Argument Error. 11")

    def refuse(server: Conversation) -> None:
        server.say(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        server.say(server.hear()[0] + b" NO [AUTHENTICATIONFAILED] Authentication failed.")

    mails = messages([mail(str(number)) for number in range(300)], INBOX)
    with (
        ScriptedServer(target, refuse, refuse) as server,
        closing(server.store()) as store,
        pytest.raises(SignInFailed),
    ):
        list(store.append(mails))
    assert len(server.conversations) == 2


def test_a_bad_for_a_single_message_is_its_own_reason() -> None:
    target = Target(PLAIN, lambda number: b"BAD Invalid data" if number == 2 else b"OK done")
    outcomes = append(target, [mail("a"), mail("b"), mail("c")])
    assert [type(outcome) for outcome in outcomes] == [Appended, Refused, Appended]


def test_a_session_is_renewed_before_exchange_hangs_up_for_too_many_errors() -> None:
    connections: list[Conversation] = []
    target = Target(PLAIN, lambda _: b"BAD Command Argument Error. 11")

    def script(server: Conversation) -> None:
        connections.append(server)
        target(server)

    outcomes = append(script, [mail(str(number)) for number in range(20)], times=3)
    assert uids_of(outcomes) == list(range(1, 21))
    assert {type(outcome) for outcome in outcomes} == {Refused}
    assert [sum(b"APPEND" in line for line in one.heard) for one in connections] == [8, 8, 4]


class Confused(Target):
    """Answers the first command with BAD and takes its body for commands, as some servers do; then it is gone.

    ``stores`` says whether it has stored the second command's messages before that.
    """

    def __init__(self, *, stores: bool) -> None:
        super().__init__(MULTI)
        self._stores, self._confused = stores, False

    def __call__(self, server: Conversation, *, greet: bool = True) -> None:
        if self._confused:
            super().__call__(server, greet=greet)
        self._confused = True
        with suppress(AssertionError):
            super().__call__(server, greet=greet)

    def _append(self, server: Conversation, tag: bytes, line: bytes) -> None:
        if self.stored or self._appends:
            super()._append(server, tag, line)
            return
        self._appends += 1
        self.uidnext += 100 if self._stores else 0
        server.say(tag + b" BAD what?", b"z1 OK CREATE completed")
        server.hang_up()
        raise ConnectionResetError


def test_what_was_under_way_after_a_bad_is_refused_if_no_uid_was_given_away() -> None:
    target = Confused(stores=False)
    outcomes = append(target, [mail(str(number), "$Label1") for number in range(700)], times=2)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert uids_of(outcomes) == list(range(1, 701))
    assert {outcome.words for outcome in refused} == {"BAD what?"}
    assert len(target.stored) + len(uids_of(refused)) == 700


def test_what_may_have_been_stored_after_a_bad_is_nobodys_guess() -> None:
    with pytest.raises(MailsyncError) as caught:
        append(Confused(stores=True), [mail(str(number), "$Label1") for number in range(700)], times=2)
    assert (caught.value.code, caught.value.words) == ("protocol_error", "BAD what?")
