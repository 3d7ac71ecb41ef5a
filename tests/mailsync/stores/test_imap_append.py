"""Storing on servers with manners of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress

import pytest

from mailsync.errors import MailsyncError, Reject, Retry
from mailsync.model import INBOX, Appended, Message, Outcome, Path, Refused
from mailsync.stores.imap.appending import BATCH_OCTETS
from tests.mailsync.stores.conftest import SMALL_USER, Servers, imap_store
from tests.mailsync.stores.messages import SOURCE, Mail, kept, mail, messages
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer

Answer = Callable[[int], bytes]  # the number of the APPEND, from 1 on -> what is said to it, without tag

MULTI = b"IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ UIDPLUS MULTIAPPEND"
SINGLE = b"IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ UIDPLUS"
PLAIN = b"IMAP4rev1 SASL-IR AUTH=PLAIN"
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\Z")


class Target:
    """A mail server as far as appending goes, its answers made to measure. ``stored`` are the bodies it has taken."""

    def __init__(self, capabilities: bytes, answer: Answer = lambda _: b"OK done", *, keywords: bytes = b"\\*") -> None:
        self._capabilities, self._answer, self._keywords = capabilities, answer, keywords
        self.commands: list[bytes] = []  # the lines of the client, its literals apart
        self.stored: list[bytes] = []
        self.uidnext = 1
        self._appends = 0
        self._asked_for_names = False

    def __call__(self, server: Conversation) -> None:
        server.welcome(self._capabilities)
        if not self._asked_for_names:
            server.names()
            self._asked_for_names = True
        while True:
            self._command(server, *server.hear())

    def _command(self, server: Conversation, tag: bytes, line: bytes) -> None:
        self.commands.append(line)
        if line.startswith(b"SELECT"):
            server.say(
                b"* OK [PERMANENTFLAGS (\\Seen %s)] kept" % self._keywords, b"* OK [UIDNEXT %d] next" % self.uidnext
            )
            server.say(tag + b" OK [READ-WRITE] done")
        elif line.startswith(b"STATUS"):
            server.say(b"* STATUS INBOX (UIDNEXT %d UIDVALIDITY 7)" % self.uidnext, tag + b" OK done")
        else:
            assert line.startswith(b"APPEND"), line
            self._append(server, tag, line)

    def _append(self, server: Conversation, tag: bytes, line: bytes) -> None:
        self._appends += 1
        answer = self._answer(self._appends)
        bodies = []
        while literal := _LITERAL.search(line):
            if not literal[2] and not answer.startswith(b"OK") and not answer.startswith(b"AFTER"):
                break  # refused before the body has been sent
            if not literal[2]:
                server.say(b"+ go on")
            bodies.append(server.take(int(literal[1])))
            line = server.hear_rest()
        if answer.startswith(b"OK"):
            self.stored += bodies
            self.uidnext += len(bodies)
        if answer == b"HANG UP":
            server.hang_up()
        else:
            server.say(answer if answer.startswith(b"*") else tag + b" " + answer.removeprefix(b"AFTER "))


def append(script: Script, mails: Iterable[Mail], *, times: int = 1) -> list[Outcome]:
    with ScriptedServer(*[script] * times) as server, closing(server.store()) as store:
        return list(store.append(messages(mails, INBOX)))


def uids_of(outcomes: Iterable[Outcome]) -> list[int]:
    return [uid for outcome in outcomes for uid in outcome.uids]


def lines(target: Target, word: bytes) -> list[bytes]:
    return [line for line in target.commands if line.startswith(word)]


def test_many_messages_share_a_command() -> None:
    target = Target(MULTI, lambda number: b"OK [APPENDUID 7 %d:%d] done" % (number * 100 - 99, min(number * 100, 250)))
    mails = [mail(str(number), "\\Seen") for number in range(250)]
    outcomes = append(target, mails)
    assert target.stored == [item.content for item in mails]
    assert [len(outcome.uids) for outcome in outcomes] == [100, 100, 50]
    assert [uid for o in outcomes if isinstance(o, Appended) for uid in o.target_uids or ()] == list(range(1, 251))
    assert len(lines(target, b"APPEND")) == 3


@pytest.mark.parametrize(
    "said", [b"", b"[APPENDUID 7 1:99] ", b"[APPENDUID 7] ", b"[APPENDUID 7 x] ", b"[APPENDUID 7 5,1:900000000] "]
)
def test_uids_that_do_not_fit_are_not_believed(said: bytes) -> None:
    (outcome,) = append(Target(MULTI, lambda _: b"OK %sdone" % said), [mail("a"), mail("b")])
    assert isinstance(outcome, Appended)
    assert (outcome.uids, outcome.target_uids) == ((1, 2), None)


def test_one_command_a_message_is_sent_without_waiting_and_into_the_selected_folder() -> None:
    target = Target(SINGLE, lambda number: b"OK [APPENDUID 7 %d] done" % (number + 500))
    outcomes = append(target, [mail(str(number)) for number in range(150)])
    assert [o.target_uids for o in outcomes if isinstance(o, Appended)] == [(uid,) for uid in range(501, 651)]
    assert target.commands[0] == b'SELECT "INBOX"'
    assert all(b"+}" in line for line in lines(target, b"APPEND"))


def test_without_literal_plus_the_server_asks_for_each_body() -> None:
    target = Target(PLAIN)
    mails = [mail(str(number)) for number in range(5)]
    assert uids_of(append(target, mails)) == [1, 2, 3, 4, 5]
    assert target.stored == [item.content for item in mails]
    assert all(b"+}" not in line for line in target.commands)


def test_only_small_bodies_are_sent_unasked_with_literal_minus() -> None:
    target = Target(PLAIN + b" LITERAL-")
    append(target, [Mail(b"x" * size) for size in (4_096, 4_097)])
    assert [line[line.index(b"{") :] for line in lines(target, b"APPEND")] == [b"{4096+}", b"{4097}"]


@pytest.mark.parametrize("capabilities", [MULTI, SINGLE, PLAIN])
def test_a_message_that_the_server_finds_too_large_is_refused_before_it_is_sent(capabilities: bytes) -> None:
    target = Target(capabilities, lambda number: b"NO [TOOBIG] Message too large" if number == 2 else b"OK done")
    mails = [mail("a"), Mail(b"x" * (BATCH_OCTETS + 1)), mail("b")]
    first, second, third = append(target, mails)
    assert isinstance(second, Refused)
    assert (second.code, second.words) == ("too_large", "NO [TOOBIG] Message too large")
    assert isinstance(first, Appended)
    assert isinstance(third, Appended)
    assert target.stored == [mails[0].content, mails[2].content]


def test_a_message_beyond_the_announced_limit_is_not_offered() -> None:
    target = Target(MULTI + b" APPENDLIMIT=1000")
    first, second, third = append(target, [mail("a"), Mail(b"x" * 1_001), Mail(b"x" * 1_000)])
    assert isinstance(second, Refused)
    assert second.code == "too_large"
    assert "APPENDLIMIT" in second.words
    assert (first.uids, second.uids, third.uids) == ((1,), (2,), (3,))
    assert len(target.stored) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "over_quota"),
        (b"NO Over quota", "over_quota"),
        (b"NO [TRYCREATE] Mailbox doesn't exist: Archive", "folder_missing"),
        (b"NO [TOOBIG] Message too large.", "too_large"),
        (b"NO Message size exceeds fixed maximum message size", "too_large"),
        (b"NO Message contains NUL characters", "refused"),
        (b"NO Message contains invalid header", "refused"),
        (b"NO This message contains a virus", "refused"),
    ],
)
@pytest.mark.parametrize("capabilities", [MULTI, SINGLE, PLAIN])
def test_a_refusal_says_why_in_the_servers_words_and_all_else_goes_on(
    words: bytes, code: str, capabilities: bytes
) -> None:
    def answer(number: int) -> bytes:
        return b"AFTER " + words if number == 2 else b"OK done"

    outcomes = append(Target(capabilities, answer), [mail(str(number)) for number in range(250)])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert uids_of(outcomes) == list(range(1, 251))
    assert [(outcome.words, outcome.code) for outcome in refused] == [(words.decode(), code)]


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


# BAD


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

    def __call__(self, server: Conversation) -> None:
        if self._confused:
            super().__call__(server)
        self._confused = True
        with suppress(AssertionError):
            super().__call__(server)

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


# Keywords


def test_a_folder_gets_only_the_keywords_that_it_keeps() -> None:
    target = Target(MULTI, keywords=b"Good $Known")
    append(target, [mail("a", "\\Flagged", "$Known", "GOOD", "Other")])
    assert lines(target, b"APPEND")[0].startswith(b'APPEND "INBOX" ($Known GOOD \\Flagged) ')


def test_a_message_is_stored_without_its_keywords_rather_than_not_at_all() -> None:
    target = Target(PLAIN, lambda number: b"NO [CANNOT] Keyword length too long" if number == 1 else b"OK done")
    (outcome,) = append(target, [mail("a", "\\Seen", "$Label1")])
    assert isinstance(outcome, Appended)
    assert [b"$Label1" in line for line in lines(target, b"APPEND")] == [True, False]


def test_dovecot_stores_a_message_with_a_keyword_longer_than_it_takes(servers: Servers) -> None:
    server, user = servers.start("dovecot"), servers.new_user("dovecot")
    with closing(imap_store(server, user)) as store:
        mails = [mail("a", "$Before"), mail("b", "\\Seen", "k" * 60), mail("c", "$After")]
        assert {type(outcome) for outcome in store.append(messages(mails, INBOX))} == {Appended}
        assert [set(item.flags) for item in kept(store, INBOX)] == [{"$Before"}, {"\\Seen"}, {"$After"}]


def test_a_full_mailbox_says_so(servers: Servers) -> None:
    server = servers.start("dovecot")
    with closing(imap_store(server, SMALL_USER)) as store:
        outcomes = list(store.append(messages([Mail(b"x" * 3_000) for _ in range(300)], INBOX)))
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert {outcome.code for outcome in refused} == {"over_quota"}
        assert all("[OVERQUOTA]" in outcome.words for outcome in refused)
        stored = sum(len(outcome.uids) for outcome in outcomes if isinstance(outcome, Appended))
        assert len(store.uids(INBOX)) == stored < 300
