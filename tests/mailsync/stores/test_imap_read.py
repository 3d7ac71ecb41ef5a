"""Reading from servers with manners of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing

import pytest

from mailsync.errors import Retry, Stop
from mailsync.model import INBOX, FlagChange, Message, Path
from mailsync.stores.imap import ImapStore
from mailsync.stores.imap.bodies import SPOOL
from mailsync.uids import UidSet
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer

Got = list[tuple[int, frozenset[str], str, bytes]]
DATE = b'INTERNALDATE "01-Jun-2009 12:00:00 +0000"'


def opening(server: Conversation, uidvalidity: int = 7) -> bytes:
    """Answer EXAMINE; the tag of the FETCH that came with it."""
    tag = server.expect(b"EXAMINE")
    server.say(
        b"* FLAGS (\\Seen)", b"* 9 EXISTS", b"* OK [UIDVALIDITY %d] valid" % uidvalidity, tag + b" OK [READ-ONLY] done"
    )
    return server.expect(b"UID FETCH")


def fetching(say: Callable[[Conversation, bytes], None]) -> Script:
    """A server that lets in, opens a folder, and then does as it likes."""

    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        say(server, opening(server))

    return script


def received(messages: Iterable[Message]) -> Got:
    return [
        (item.uid, item.flags, item.date.isoformat() if item.date else "", b"".join(item.chunks)) for item in messages
    ]


def read(*scripts: Script, wanted: Iterable[tuple[Path, UidSet]] = ((INBOX, UidSet(range(1, 10))),)) -> Got:
    with ScriptedServer(*scripts) as server, closing(server.store()) as store:
        return received(store.read(wanted))


SEEN = frozenset({"\\Seen"})
MESSAGE = (3, SEEN, "2009-06-01T12:00:00+00:00", b"Hello\r\n")


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
        server.say(b"* 3 FETCH (UID 4 FLAGS () INTERNALDATE NIL BODY[] {0}\r\n)", tag + b" OK done")

    assert read(fetching(script)) == [MESSAGE, (4, frozenset(), "", b"")]


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


def test_a_line_dropped_within_a_message_is_worth_another_try() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say_raw(b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {700000}\r\nHel" % DATE)
        server.hang_up()

    with pytest.raises(Retry, match=r"hung_up.*in the middle of a message"):
        read(fetching(script))


@pytest.mark.parametrize(
    ("answer", "code", "after"),
    [
        (b"TAG NO Request is throttled. Suggested Backoff Time: 299961 milliseconds", "throttled", 299.961),
        (b"TAG BAD [THROTTLED] slow down", "throttled", None),
        (b"TAG NO [SERVERBUG] Internal error occurred. Refer to server log", "unavailable", None),
        (b"* BYE Session expired, please login again.", "hung_up", None),
        (b"OTHER OK done", "protocol_error", None),
    ],
)
def test_a_server_in_trouble_is_left_alone_for_a_while(answer: bytes, code: str, after: float | None) -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(answer.replace(b"TAG", tag))

    with pytest.raises(Retry) as caught:
        read(fetching(script))
    assert (caught.value.code, caught.value.after) == (code, after)


def test_messages_expunged_on_the_way_are_left_out() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE)
        server.say(tag + b" NO [EXPUNGEISSUED] Some of the requested messages no longer exist.")

    assert read(fetching(script)) == [MESSAGE]


def test_a_folder_that_is_gone_holds_no_messages() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        one, two = server.expect(b'EXAMINE "Gone"'), server.expect(b"UID FETCH 1:9 ")
        server.say(one + b" NO [NONEXISTENT] Mailbox doesn't exist: Gone", two + b" BAD No mailbox selected.")
        tag = opening(server)
        server.say(b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)" % DATE, tag + b" OK done")

    uids = UidSet(range(1, 10))
    assert read(script, wanted=[(("Gone",), uids), (INBOX, uids)]) == [MESSAGE]


def test_a_folder_that_may_not_be_read_is_told() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(server.expect(b"EXAMINE") + b" NO [NOPERM] Permission denied")

    with pytest.raises(Stop, match=r"permission_denied: NO \[NOPERM\] Permission denied"):
        read(script)


def test_uids_of_another_uidvalidity_are_not_read() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(b"* STATUS INBOX (MESSAGES 1 UIDNEXT 10 UIDVALIDITY 7)", server.expect(b"STATUS") + b" OK done")
        server.say(b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {5}\r\nwrong)" % DATE, opening(server, uidvalidity=8) + b" OK")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert store.state(INBOX) is not None
        with pytest.raises(Retry, match="UIDVALIDITY of INBOX changed from 7 to 8"):
            received(store.read([(INBOX, UidSet(range(1, 10)))]))


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.uids(INBOX),
        lambda store: list(store.flags(INBOX, UidSet([3]))),
        lambda store: store.change_flags(INBOX, [FlagChange(UidSet([3]), add=frozenset({"\\Seen"}))]),
    ],
    ids=["uids", "flags", "change flags"],
)
def test_uids_of_another_uidvalidity_are_taken_for_nothing_else_either(use: Callable[[ImapStore], object]) -> None:
    stored: list[bytes] = []

    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(b"* STATUS INBOX (MESSAGES 1 UIDNEXT 10 UIDVALIDITY 7)", server.expect(b"STATUS") + b" OK done")
        while True:
            tag, line = server.hear()
            stored.append(line)
            server.say(b"* 1 EXISTS", b"* SEARCH 3", b"* OK [UIDVALIDITY 8] new", b"* 1 FETCH (UID 3 FLAGS ())")
            server.say(tag + b" OK done")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert store.state(INBOX) is not None
        with pytest.raises(Retry, match="UIDVALIDITY of INBOX changed from 7 to 8"):
            use(store)
    assert not [line for line in stored if b"STORE" in line]


def ill_server(bad: set[int], asked: list[bytes]) -> Script:
    """Has the messages 1 to 20, and breaks off a FETCH at each of the ``bad`` ones."""

    def script(server: Conversation) -> None:
        server.welcome()
        if not asked:
            server.names()
        while True:
            tag, line = server.hear()
            if line.startswith(b"EXAMINE"):
                server.say(b"* OK [UIDVALIDITY 7] valid", tag + b" OK done")
                continue
            asked.append(line.split()[2])
            server.say(*_until_ill(tag, UidSet.parse(asked[-1].decode()), bad))

    return script


def _until_ill(tag: bytes, uids: UidSet, bad: set[int]) -> Iterable[bytes]:
    for uid in sorted({*range(1, 21), *bad}):
        if uid not in uids:
            continue
        if uid in bad:
            yield tag + b" NO Message can not be rendered"
            return
        yield b"* 1 FETCH (UID %d FLAGS () %s BODY[] {2}\r\n%02d)" % (uid, DATE, uid)
    yield tag + b" OK done"


@pytest.mark.parametrize("bad", [{7}, {1}, {20}, {5, 6, 11}])
@pytest.mark.parametrize("uids", [UidSet(range(1, 21)), UidSet(range(1, 500_000))], ids=["dense", "wide"])
def test_one_message_that_can_not_be_read_does_not_cost_the_others(bad: set[int], uids: UidSet) -> None:
    asked: list[bytes] = []
    script = ill_server(bad, asked)
    got = read(script, script, wanted=[(INBOX, uids), (("Next",), uids)])
    assert [int(body) for *_, body in got] == 2 * sorted(set(range(1, 21)) - bad)
    assert len(asked) < 300


def test_a_server_that_can_read_nothing_is_given_up() -> None:
    asked: list[bytes] = []
    with pytest.raises(Retry, match="can not be rendered"):
        read(ill_server(set(range(1, 2_000)), asked), wanted=[(INBOX, UidSet(range(1, 2_000)))])


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
