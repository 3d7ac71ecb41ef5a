"""Reading from servers with manners of their own."""

from __future__ import annotations

from contextlib import closing

import pytest

from mailsync.model import INBOX, Path
from mailsync.stores.imap.bodies import SPOOL
from mailsync.uids import UidSet
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.mailsync.stores.source import DATE, MESSAGE, SEEN, fetching, read, received


@pytest.mark.parametrize(
    "response",
    [
        b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE,
        b"* 1 FETCH (%s FLAGS (\\Seen \\Recent) UID 3 BODY[] {7}\r\nHello\r\n)" % DATE,
        b"* 1 Fetch (uid 3 flags (\\seen) %s body[] {7}\r\nHello\r\n)" % DATE,
        b"* 1 FETCH (UID 3 BODY[] {7}\r\nHello\r\n FLAGS (\\Seen) %s)" % DATE,
        b"* 1 FETCH (BODY[] {7}\r\nHello\r\n UID 3 FLAGS (\\Seen) %s)" % DATE,
        b"* 1 FETCH (BODY[] {7}\r\nHello\r\n MODSEQ (5) UID 3 FLAGS ({5}\r\n\\Seen) %s)" % DATE,
        b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s MODSEQ (12) BODY[] {7}\r\nHello\r\n)" % DATE,
        b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n MODSEQ (12))" % DATE,
        b"* 1 FETCH (UID 3 FLAGS ({5}\r\n\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE,
        b"* 1 FETCH (UID 3 FLAGS (\\Seen) INTERNALDATE {26}\r\n01-Jun-2009 12:00:00 +0000 BODY[] {7}\r\nHello\r\n)",
        b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n X-ODD {3}\r\n(( )" % DATE,
    ],
)
def test_items_may_come_in_any_order_and_form(response: bytes) -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(response, b"* 1 FETCH (FLAGS (\\Deleted))", tag + b" OK done")

    assert read(fetching(script)) == [MESSAGE]


def test_a_short_message_may_come_quoted() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(b'* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] "a \\"b\\"")' % DATE, tag + b" OK done")

    assert read(fetching(script)) == [(3, SEEN, MESSAGE[2], b'a "b"')]


def test_what_a_server_can_not_give_is_left_out_and_the_rest_comes() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(b"* 1 FETCH (UID 2 FLAGS () %s BODY[] NIL)" % DATE)
        server.say(b"* 2 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE)
        server.say(b"* 3 FETCH (UID 4 FLAGS () INTERNALDATE NIL BODY[] {1}\r\nx)")
        server.say(b"* 4 FETCH (UID 5 FLAGS () %s BODY[] {0}\r\n)" % DATE, tag + b" OK done")

    assert read(fetching(script)) == [MESSAGE, (4, frozenset(), "", b"x")]


def test_other_news_in_between_is_no_message() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(b"* 10 EXISTS", b"* 1 RECENT", b"* 4 FETCH (FLAGS (\\Seen))", b"* 2 EXPUNGE", b"* OK still here")
        server.say(b"* 1 FETCH (UID 99 FLAGS () %s BODY[] {5}\r\nother)" % DATE)
        server.say(b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE)
        server.say(
            b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nAgain\r\n)" % DATE, b"* VANISHED 5", tag + b" OK done"
        )

    assert read(fetching(script)) == [MESSAGE]


@pytest.mark.parametrize("size", [SPOOL // 2, SPOOL * 3])
def test_a_message_before_its_flags_waits_outside_memory(size: int) -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say_raw(b"* 1 FETCH (BODY[] {%d}\r\n" % size + b"x" * size + b" UID 3 FLAGS (\\Seen) %s)\r\n" % DATE)
        server.say(b"* 2 FETCH (BODY[] {%d}\r\n%s UID 4 FLAGS () %s)" % (size, b"y" * size, DATE), tag + b" OK done")

    with ScriptedServer(fetching(script)) as server, closing(server.store()) as store:
        first, second = ((item, next(item.chunks)) for item in store.read([(INBOX, UidSet(range(1, 10)))]))
    assert (first[0].uid, first[0].size, len(first[1])) == (3, size, 65_536)
    assert (second[0].uid, bytes(second[1][:1])) == (4, b"y")


def test_octets_may_come_one_by_one() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        for octet in b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)\r\n" % DATE:
            server.say_raw(bytes([octet]))
        server.say(tag + b" OK done")

    assert read(fetching(script)) == [MESSAGE]


def test_a_line_of_any_length_is_read() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(
            b"* 1 FETCH (UID 3 FLAGS (\\Seen%s) %s BODY[] {7}\r\nHello\r\n)" % (b" $k" * 200_000, DATE),
            tag + b" OK done",
        )

    assert [uid for uid, *_ in read(fetching(script))] == [3]


def test_the_next_folders_are_asked_for_before_the_current_one_has_ended() -> None:
    paths: list[Path] = [(f"F{number}",) for number in range(3)]

    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        tags = [(server.expect(b'EXAMINE "%s"' % path[0].encode()), server.expect(b"UID FETCH")) for path in paths]
        for number, (one, two) in enumerate(tags):
            server.say(
                one + b" OK done", b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {1}\r\n%d)" % (DATE, number), two + b" OK done"
            )

    got = read(script, wanted=[(path, UidSet([3])) for path in paths])
    assert [body for *_, body in got] == [b"0", b"1", b"2"]


def test_no_command_is_longer_than_exchange_takes() -> None:
    heard: list[bytes] = []

    def script(server: Conversation, tag: bytes) -> None:
        while True:
            heard.append(server.heard[-1])
            server.say(tag + b" OK done")
            tag = server.expect(b"UID FETCH")

    with ScriptedServer(fetching(script)) as server, closing(server.store()) as store:
        assert received(store.read([(INBOX, UidSet(range(1_000_001, 1_020_000, 2)))])) == []
    assert len(heard) > 5
    assert max(map(len, heard)) <= 8_000
    asked = UidSet.parse(",".join(line.split()[3].decode() for line in heard))
    assert asked == UidSet(range(1_000_001, 1_020_000, 2))


def test_a_trace_shows_neither_password_nor_message() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE, tag + b" OK done")

    lines: list[tuple[str, bytes]] = []
    with ScriptedServer(fetching(script)) as server:
        with closing(server.store(lambda direction, line: lines.append((direction, line)))) as store:
            received(store.read([(INBOX, UidSet([3]))]))
        written = b"\n".join(line for _, line in lines)
        assert any(b"AUTHENTICATE PLAIN" in heard for heard in server.conversations[0].heard)
    assert ("received", b"<7 octets>") in lines
    assert b"AUTHENTICATE PLAIN ***" in written
    assert b"UID FETCH 3 (UID FLAGS INTERNALDATE BODY.PEEK[])" in written
    assert b"Hello" not in written
    assert b"c2VjcmV0" not in written  # "secret" in Base64, as at the end of SASL PLAIN
