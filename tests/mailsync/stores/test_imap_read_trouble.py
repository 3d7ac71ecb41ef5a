"""Reading, when the server, the line or a message gives way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing

import pytest

from mailsync.errors import Retry, Stop
from mailsync.model import INBOX, FlagChange
from mailsync.stores.imap import ImapStore
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import examine
from mailsync.stores.imap.store import open_session
from mailsync.uids import UidSet
from tests.mailsync.stores.messages import change, flags_in, uids_in
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer
from tests.mailsync.stores.source import DATE, MESSAGE, fetching, opening, read, received


def test_a_line_dropped_within_a_message_is_worth_another_try() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say_raw(b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {700000}\r\nHel" % DATE)
        server.hang_up()

    with pytest.raises(Retry, match=r"hung_up: the server closed the connection"):
        read(fetching(script))


def test_a_line_dropped_within_a_message_before_its_flags_is_worth_another_try() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say_raw(b"* 1 FETCH (BODY[] {700000}\r\nHel")
        server.hang_up()

    with pytest.raises(Retry, match=r"hung_up: the server closed the connection"):
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


@pytest.mark.parametrize(
    ("answer", "code"),
    [(b"NO [NOPERM] Permission denied", "permission_denied"), (b"NO Mailbox doesn't exist: INBOX", "mailbox_missing")],
)
def test_opening_a_folder_tells_whether_it_may_be_read(answer: bytes, code: str) -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.say(server.expect(b'EXAMINE "INBOX"') + b" OK [READ-ONLY] done")
        server.say(server.expect(b'EXAMINE "INBOX"') + b" " + answer)

    with ScriptedServer(script) as server:
        session = open_session(server.settings)
        examine(session, Names(), INBOX)
        with pytest.raises(Stop, match=code):
            examine(session, Names(), INBOX)
        session.leave()


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
        lambda store: uids_in(store, INBOX),
        lambda store: list(flags_in(store, INBOX, UidSet([3]))),
        lambda store: change(store, INBOX, [FlagChange(UidSet([3]), add=frozenset({"\\Seen"}))]),
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
    got = read(*[script] * 20, wanted=[(INBOX, uids), (("Next",), uids)])
    assert [int(body) for *_, body in got] == 2 * sorted(set(range(1, 21)) - bad)
    assert len(asked) < 300


def test_a_server_that_can_read_nothing_is_given_up() -> None:
    asked: list[bytes] = []
    with pytest.raises(Retry, match="can not be rendered"):
        read(*[ill_server(set(range(1, 2_000)), asked)] * 30, wanted=[(INBOX, UidSet(range(1, 2_000)))])
