"""A server that sends without end, or more than anybody asked for, gets an error and not our memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from mailsync.errors import Retry
from mailsync.model import INBOX, FlagQuery
from mailsync.stores.imap import ImapStore, folders, wire
from mailsync.uids import UidSet
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer
from tests.mailsync.stores.source import DATE, fetching

MEGABYTE = 1024 * 1024
MANY = UidSet.of_ranges([(1, 1_000_000)])


def flooding(piece: bytes, before: bytes = b"") -> Script:
    """After sign-in this comes without end, whatever the client says."""

    def script(server: Conversation) -> None:
        server.welcome()
        server.hear()
        with suppress(OSError):
            server.say_raw(before)
            while True:
                server.say_raw(piece)

    return script


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(
    ("before", "piece"),
    [
        (b"* OK ", b"x" * MEGABYTE),
        (b"", b'* LIST () "/" {4000000}\r\n' + b"x" * 4_000_000),
        (b'* LIST () "/" ', b"{3}\r\nabc" * 10_000),
        (b"", b'* LIST () "/" {4294967295}\r\n' + b"x" * MEGABYTE),
        (b'* LIST () "/" ', b"(" * MEGABYTE),
        (b"", b"* LIST (" + b"a " * 400_000 + b') "/" b\r\n'),
    ],
    ids=["line", "literals", "small literals", "huge literal", "parentheses", "words"],
)
def test_a_response_without_end_ends_in_an_error(before: bytes, piece: bytes) -> None:
    with ScriptedServer(flooding(piece, before)) as server, closing(server.store()) as store:
        with pytest.raises(Retry, match="protocol_error"):
            store.folders()
        assert tracemalloc.get_traced_memory()[1] < 8 * wire.LONGEST_RESPONSE


def test_folders_without_end_end_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_FOLDERS", 500)
    lines = b"".join(b'* LIST () "/" f%d\r\n' % number for number in range(1_000))
    with (
        ScriptedServer(flooding(lines)) as server,
        closing(server.store()) as store,
        pytest.raises(Retry, match="lists more than 500 folders"),
    ):
        store.folders()


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(
    "use",
    [
        lambda store: sum(1 for _ in store.flags([FlagQuery(INBOX, UidSet([1]))])),
        lambda store: store.uids([INBOX]),
        lambda store: sum(1 for _ in store.dates([(INBOX, MANY)])),
        lambda store: sum(1 for _ in store.read([(INBOX, MANY)])),
    ],
    ids=["flags", "uids", "dates", "read"],
)
def test_ten_thousand_responses_that_nobody_asked_for_take_no_room(use: Callable[[ImapStore], object]) -> None:
    junk = b"* OK still here\r\n* 77 EXISTS\r\n* X-UNKNOWN (a {3}\r\nabc)\r\n* 5 FETCH (FLAGS (a))\r\n" * 500

    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        tag = server.hear()[0]
        for _ in range(5):
            server.say_raw(junk)
        server.say(tag + b" OK opened", b"* BYE enough")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        with pytest.raises(Retry, match="BYE enough"):
            use(store)
        assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE


@pytest.mark.usefixtures("traced")
def test_a_message_of_four_gigabytes_is_handed_on_as_it_comes_and_never_held() -> None:
    def script(server: Conversation, _tag: bytes) -> None:
        server.say_raw(b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {4294967295}\r\n" % DATE)
        for _ in range(20):
            server.say_raw(b"x" * MEGABYTE)
        server.hang_up()

    got = 0
    with ScriptedServer(fetching(script)) as server, closing(server.store()) as store:
        stream = store.read([(INBOX, UidSet([3]))])
        message = next(stream)
        assert message.size == 4_294_967_295
        with suppress(Retry):  # the line is cut
            for chunk in message.chunks:
                got += len(chunk)
        assert got == 20 * MEGABYTE
        assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE


def test_a_message_of_four_gigabytes_that_does_not_say_which_it_is_fills_no_disk() -> None:
    def script(server: Conversation, _tag: bytes) -> None:
        server.say_raw(b"* 1 FETCH (BODY[] {4294967295}\r\n")

    with (
        ScriptedServer(fetching(script)) as server,
        closing(server.store()) as store,
        pytest.raises(Retry, match="4,294,967,295 octets of a message"),
    ):
        list(store.read([(INBOX, UidSet([3]))]))


def test_a_hundred_thousand_uids_in_one_line_are_taken() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(b"* 100000 EXISTS", server.expect(b"EXAMINE") + b" OK done")
        uids = b" ".join(b"%d" % uid for uid in range(1, 200_001, 2))
        server.say(b"* SEARCH " + uids + b" (MODSEQ 917162500)", server.expect(b"SEARCH") + b" OK done")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert len(store.uids([INBOX])[INBOX]) == 100_000
