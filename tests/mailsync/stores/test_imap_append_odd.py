"""Storing on servers with odd habits, and messages that a server takes in one way only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from mailsync.errors import Retry
from mailsync.model import INBOX, Appended, Outcome, Path, Refused
from mailsync.stores.imap import ImapStore
from tests.mailsync.stores.messages import Mail, mail, message, messages
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.mailsync.stores.target import MULTI, PLAIN, SINGLE, Target, append, lines, uids_of

Told = Callable[[int], bytes]


class Exchange(Target):
    """Greets as Exchange does; ``steps`` is what happened in which folder, in order."""

    def __init__(self, capabilities: bytes, answer: Told = lambda number: b"OK [APPENDUID 7 %d] done" % number) -> None:
        super().__init__(capabilities, answer)
        self._announced = capabilities
        self.selected = b""
        self.steps: list[tuple[bytes, bytes]] = []

    def __call__(self, server: Conversation, *, greet: bool = True) -> None:
        server.say(b"* OK [CAPABILITY %s] The Microsoft Exchange IMAP4 service is ready." % self._announced)
        server.say(server.expect(b"AUTHENTICATE") + b" OK AUTHENTICATE completed.")
        server.say(b"* CAPABILITY " + self._announced, server.expect(b"CAPABILITY") + b" OK CAPABILITY completed.")
        server.names()
        super().__call__(server, greet=False)

    def _command(self, server: Conversation, tag: bytes, line: bytes) -> None:
        if line.startswith(b"SELECT"):
            self.selected = line.removeprefix(b"SELECT ")
        if line.startswith(b"UID STORE"):
            self.steps.append((self.selected, line))
            server.say(tag + b" OK STORE completed.")
        else:
            super()._command(server, tag, line)


FLAGGED = [mail("a", "\\Seen"), mail("b", "\\Flagged", "\\Seen"), mail("c", "\\Flagged")]


def appended(outcomes: list[Outcome]) -> list[int]:
    return [uid for outcome in outcomes if isinstance(outcome, Appended) for uid in outcome.target_uids or ()]


@pytest.mark.parametrize("capabilities", [SINGLE, PLAIN + b" UIDPLUS"])
def test_exchange_gets_a_flagged_after_the_message_so_that_outlook_shows_it(capabilities: bytes) -> None:
    target = Exchange(capabilities)
    outcomes = append(target, FLAGGED)
    assert appended(outcomes) == [1, 2, 3]
    assert not [line for line in lines(target, b"APPEND") if b"Flagged" in line]
    assert b"(\\Seen)" in lines(target, b"APPEND")[1]
    assert target.steps == [(b'"INBOX"', b"UID STORE %d +FLAGS.SILENT (\\Flagged)" % uid) for uid in (2, 3)]


def test_exchange_is_told_so_in_the_folder_where_the_message_is() -> None:
    target = Exchange(SINGLE)
    folders: list[Path] = [("One",), ("Two",), ("One",)]
    with ScriptedServer(target) as server, closing(server.store()) as store:
        stream = [(path, message(uid, FLAGGED[2])) for uid, path in enumerate(folders, 1)]
        assert appended(list(store.append(stream))) == [1, 2, 3]
    assert sorted(target.steps) == [
        (b'"%s"' % path[0].encode(), b"UID STORE %d +FLAGS.SILENT (\\Flagged)" % uid)
        for uid, path in sorted(enumerate(folders, 1), key=lambda pair: (pair[1], pair[0]))
    ]


def test_an_exchange_that_does_not_tell_uids_gets_the_flag_with_the_message() -> None:
    target = Exchange(PLAIN, lambda _: b"OK done")
    append(target, FLAGGED)
    assert sum(b"Flagged" in line for line in lines(target, b"APPEND")) == 2
    assert target.steps == []


def test_a_message_refused_by_exchange_is_not_flagged() -> None:
    target = Exchange(SINGLE, lambda number: b"NO no" if number == 3 else b"OK [APPENDUID 7 %d] done" % number)
    outcomes = append(target, FLAGGED)
    assert appended(outcomes) == [1, 2]
    assert [outcome.uids for outcome in outcomes if isinstance(outcome, Refused)] == [(3,)]
    assert [line for _, line in target.steps] == [b"UID STORE 2 +FLAGS.SILENT (\\Flagged)"]


class Forgetful(Exchange):
    """Does not understand the first command that flags, and is gone."""

    def _command(self, server: Conversation, tag: bytes, line: bytes) -> None:
        if line.startswith(b"UID STORE") and not self.steps:
            self.steps.append((b"", line))
            server.say(b"* BAD what?")
            server.hang_up()
            raise ConnectionResetError
        super()._command(server, tag, line)


def test_a_message_that_could_not_be_flagged_is_stored_all_the_same() -> None:
    target = Forgetful(SINGLE)

    def script(server: Conversation) -> None:
        if target.steps:
            Target.__call__(target, server)
        target(server)

    target._asked_for_names = True
    assert appended(append(script, FLAGGED[1:2], times=2)) == [1]


def once_more(store: ImapStore, uids: list[int], mails: list[Mail]) -> list[Outcome]:
    return [out for uid in uids for out in store.append([(INBOX, message(uid, mails[uid - 1]))])]


NUL = b"NO Message contains NUL characters"


@pytest.mark.parametrize("multi", [b" MULTIAPPEND", b""])
def test_a_message_refused_for_its_nul_octets_goes_as_a_literal8_when_it_is_tried_again(multi: bytes) -> None:
    mails = [Mail(b"a: b\r\n\r\none"), Mail(b"a: b\r\n\r\nnul\0"), Mail(b"a: b\r\n\r\nthree")]
    first = [b"AFTER " + NUL] if multi else [b"OK done", b"AFTER " + NUL, b"OK done"]
    target = Target(SINGLE + b" BINARY" + multi, lambda number: [*first, *[b"OK done"] * 9][number - 1])
    with ScriptedServer(target) as server, closing(server.store()) as store:
        refused = [o for o in store.append(messages(mails, INBOX)) if isinstance(o, Refused)]
        again = once_more(store, uids_of(refused), mails)
    assert {type(outcome) for outcome in again} == {Appended}
    by_literal8 = [line for line in lines(target, b"APPEND") if b"~{" in line]
    assert len(by_literal8) == len(again) == (3 if multi else 1)
    assert target.stored.count(mails[1].content) == 1


def test_where_there_is_no_literal8_the_refusal_stands() -> None:
    target = Target(PLAIN, lambda _: NUL)
    mails = [Mail(b"nul\0")]
    with ScriptedServer(target) as server, closing(server.store()) as store:
        assert [type(outcome) for outcome in [*once_more(store, [1], mails), *once_more(store, [1], mails)]] == [
            Refused,
            Refused,
        ]
    assert not [line for line in lines(target, b"APPEND") if b"~{" in line]


FAULTS = [b"NO [SERVERBUG] Internal error occurred. Refer to server log", b"NO Server Unavailable. 15"]


@pytest.mark.parametrize("words", FAULTS)
@pytest.mark.parametrize("capabilities", [SINGLE, PLAIN, MULTI])
def test_a_message_on_which_a_server_stumbles_does_not_cost_the_others(words: bytes, capabilities: bytes) -> None:
    answer = b"" if capabilities == PLAIN else b"AFTER "
    target = Target(capabilities, lambda number: answer + words if number % 3 == 2 else b"OK done")
    outcomes = append(target, [mail(str(number)) for number in range(600)])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert uids_of(outcomes) == list(range(1, 601))
    assert {(outcome.words, outcome.code) for outcome in refused} == {(words.decode(), "refused")}


@pytest.mark.parametrize("words", FAULTS)
def test_a_server_that_stumbles_on_every_message_is_left_alone_for_a_while(words: bytes) -> None:
    target = Target(SINGLE, lambda _: b"AFTER " + words)
    with pytest.raises(Retry) as caught:
        append(target, [mail(str(number)) for number in range(20)])
    assert (caught.value.code, caught.value.words) == ("unavailable", words.decode())
