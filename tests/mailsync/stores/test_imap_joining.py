"""Messages that have come together take a short way into commands: what a server gets is what it gets on the long one."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsync.model import Appended, Message, Outcome, Path, one_by_one
from mailsync.stores.imap import ImapStore
from mailsync.stores.imap.appending import BATCH_OCTETS, Command
from mailsync.stores.imap.bursts import Date, ImapBurst
from mailsync.stores.imap.joining import join
from mailsync.stores.imap.wire import Trace
from tests.mailsync.stores.messages import SOURCE
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.mailsync.stores.target import MULTI, PLAIN, SINGLE, Target, lines

Item = tuple[frozenset[str], Date, bytes]
DAY = (b"01-Jun-2009", b"12:00:00", b"+0000")
ONE, TWO = ("One",), ("Two",)

items = st.tuples(
    st.sampled_from([frozenset(flags) for flags in ((), ("\\Seen",), ("\\Seen", "Work"), ("NonJunk",), ("w" * 60,))]),
    st.sampled_from([DAY, (b"31-Dec-1999", b"23:59:59", b"-0730")]),
    st.sampled_from([b"x", b"Hello\r\n", b"\0\n)\r\n", b"long " * 1000]),
)
bursts = st.lists(st.tuples(st.sampled_from([ONE, ONE, TWO]), st.lists(items, min_size=1, max_size=8)), max_size=4)


def burst(source: Path, first: int, some: list[Item]) -> ImapBurst:
    return ImapBurst(
        source, [(uid, flags, date, memoryview(body)) for uid, (flags, date, body) in enumerate(some, first)]
    )


def stream(sent: list[tuple[Path, list[Item]]]) -> list[tuple[Path, Message | ImapBurst]]:
    """Each folder gets its own numbers, one after the other."""
    return [(path, burst((*SOURCE, *path), 100 * place, some)) for place, (path, some) in enumerate(sent, 1)]


class Recorder(Target):
    """All that it gets, tags apart."""

    def __call__(self, server: Conversation, *, greet: bool = True) -> None:
        self.got: list[bytes] = []
        rest = server.hear_rest

        def hear_rest() -> bytes:
            self.got.append(rest())
            return self.got[-1]

        server.hear_rest = hear_rest  # type: ignore[method-assign]
        super().__call__(server, greet=greet)


def result(
    capabilities: bytes, keywords: bytes, sent: list[tuple[Path, Message | ImapBurst]], trace: Trace | None
) -> tuple[list[bytes], list[bytes], list[bytes], list[tuple[type[Outcome], Path, int]]]:
    target = Recorder(capabilities, keywords=keywords)
    with ScriptedServer(target) as server, closing(server.store(trace)) as store:
        outcomes = list(store.append(sent))
    told = [(type(outcome), outcome.source, uid) for outcome in outcomes for uid in outcome.uids]
    return target.commands, target.got, target.stored, told


@given(
    sent=bursts,
    capabilities=st.sampled_from([MULTI, SINGLE, PLAIN, PLAIN + b" LITERAL-", MULTI + b" APPENDLIMIT=1000"]),
    keywords=st.sampled_from([b"\\*", b"Work"]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_the_short_way_sends_what_the_long_way_sends(
    sent: list[tuple[Path, list[Item]]], capabilities: bytes, keywords: bytes
) -> None:
    short = result(capabilities, keywords, stream(sent), None)
    assert short == result(capabilities, keywords, stream(sent), lambda way, line: None)
    alone: list[tuple[Path, Message | ImapBurst]] = [
        (path, message) for path, some in stream(sent) for message in one_by_one(some)
    ]
    assert short == result(capabilities, keywords, alone, None)


def many(count: int) -> list[tuple[Path, Message | ImapBurst]]:
    return [*stream([(ONE, [(frozenset(), DAY, b"%d" % number) for number in range(count)])])]


@pytest.mark.parametrize(("capabilities", "commands"), [(MULTI, 3), (SINGLE, 250)])
def test_a_burst_fills_as_many_commands_as_it_needs(capabilities: bytes, commands: int) -> None:
    target = Target(capabilities)
    with ScriptedServer(target) as server, closing(server.store()) as store:
        outcomes = list(store.append(many(250)))
    assert [uid for outcome in outcomes for uid in outcome.uids] == list(range(100, 350))
    assert target.stored == [b"%d" % number for number in range(250)]
    assert len(lines(target, b"APPEND")) == commands


def test_single_messages_leave_together_and_their_answers_are_told_together() -> None:
    """With what the server tells of the open folder in between."""

    class Chatty(Target):
        def _append(self, server: Conversation, tag: bytes, line: bytes) -> None:
            server.say(b"* %d EXISTS" % self.uidnext, b"* 1 RECENT")
            super()._append(server, tag, line)

    target = Chatty(SINGLE, lambda number: b"OK [APPENDUID 7 %d] Append completed." % (number + 500))
    with ScriptedServer(target) as server, closing(server.store()) as store:
        outcomes = list(store.append(many(200)))
    assert all(isinstance(outcome, Appended) and outcome.uidvalidity == 7 for outcome in outcomes)
    assert [uid for o in outcomes if isinstance(o, Appended) for uid in o.target_uids or ()] == list(range(501, 701))
    assert sum(outcome.octets for outcome in outcomes if isinstance(outcome, Appended)) == sum(map(len, target.stored))
    assert len(outcomes) < 200


def test_after_a_command_that_was_not_understood_nothing_of_a_burst_is_sent_unasked() -> None:
    answers = iter([b"BAD what", *[b"OK done"] * 100])
    target = Target(SINGLE, lambda number: next(answers))
    with ScriptedServer(target, target) as server, closing(server.store()) as store:
        told = [uid for outcome in store.append(many(80)) for uid in outcome.uids]
        again: ImapStore = store
        later = [uid for outcome in again.append(many(3)) for uid in outcome.uids]
    assert sorted(told) == list(range(100, 180))
    assert later == [100, 101, 102]
    assert [re.search(rb"\{\d+(\+?)\}", line)[1] for line in lines(target, b"APPEND")[-3:]] == [b"", b"", b""]  # type: ignore[index]


def test_a_command_does_not_grow_beyond_what_may_have_to_be_repeated() -> None:
    command = Command(b"A1", ONE, SOURCE)
    command.octets = BATCH_OCTETS
    assert join(command, burst(SOURCE, 1, [(frozenset(), DAY, b"x")]), 0, BATCH_OCTETS, lambda flags: b"()") == (b"", 0)
    command.octets -= 1
    assert join(command, burst(SOURCE, 1, [(frozenset(), DAY, b"x")]), 0, BATCH_OCTETS, lambda flags: b"()") == (
        b' () "01-Jun-2009 12:00:00 +0000" {1+}\r\nx',
        1,
    )
    assert (command.uids, command.octets) == ([1], BATCH_OCTETS)
