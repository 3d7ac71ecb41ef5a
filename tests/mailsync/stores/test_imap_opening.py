"""What a server says of a folder as it opens it: most lines take a short way, which tells what the long way tells."""

from __future__ import annotations

import socket
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from mailsync.errors import MailsyncError
from mailsync.stores.imap.opening import Opened
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.wire import Trace, Wire

LINES = [
    b"* FLAGS (\\Answered \\Seen work)",
    b"* FLAGS (",
    b"* FLAGS ({3}",
    b"* 12 EXISTS",
    b"* 13 exists",
    b"* 14 EXISTS and more",
    b"* 3 RECENT",
    b"* 5 EXPUNGE",
    b"* 99999999999999999999 EXISTS",
    b"* OK [UIDVALIDITY 7] UIDs valid",
    b"* OK [UIDVALIDITY 8 9] UIDs valid",
    b"* OK [uidvalidity 9]",
    b"* OK [UIDVALIDITY x]",
    b"* OK [UIDNEXT 4] next",
    b"* OK [UIDNEXT 99999999999999999999] next",
    b"* OK [UNSEEN 2] first unseen",
    b"* OK [HIGHESTMODSEQ 130] highest",
    b"* OK [PERMANENTFLAGS (\\Seen \\*)] unlimited",
    b"* OK [PERMANENTFLAGS (\\Seen Work)] limited",
    b"* OK [PERMANENTFLAGS ()] read-only",
    b"* OK [PERMANENTFLAGS (a]b)] odd",
    b"* OK [UIDNEXT 6] {2}\r\nab",
    b"* OK [CAPABILITY IMAP4rev1 X]",
    b"* NO [ALERT] disk nearly full",
    b"* BYE gone",
    b"*",
    b"",
]


def told(said: bytes, room: int, trace: Trace | None = None) -> tuple[dict[str, object], frozenset[str], str]:
    """What is known of the folder and of the server in the end, and the error it ends in."""
    server, client = socket.socketpair()
    wire = Wire(client, trace, timeout=5)
    wire.buffer = bytearray(room)
    wire.view = memoryview(wire.buffer)
    session, opened, error = Session(wire), Opened(), ""
    with closing(server), closing(wire):
        server.sendall(said)
        server.shutdown(socket.SHUT_WR)
        try:
            while True:
                opened.take_usual(session)
                opened.take(session.receive())
        except MailsyncError as trouble:
            error = f"{trouble.code} {trouble.words}"
    return vars(opened), session.capabilities, error


@given(
    lines=st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from([b"\r\n"] * 5 + [b"\n", b"\r\r\n"])), max_size=9),
    room=st.integers(1, 200),
)
def test_the_short_way_tells_of_a_folder_what_the_long_way_tells(lines: list[tuple[bytes, bytes]], room: int) -> None:
    said = b"".join(line + end for line, end in lines)
    assert told(said, room) == told(said, room, lambda direction, line: None)


def test_usual_lines_are_taken_as_far_as_they_have_come() -> None:
    server, client = socket.socketpair()
    wire, opened = Wire(client, timeout=5), Opened()
    with closing(server), closing(wire):
        server.sendall(b"* 12 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 4")
        wire.fill()
        opened.take_usual(Session(wire))
        assert (opened.messages, opened.uidvalidity, opened.uidnext) == (12, 7, 0)
        assert bytes(wire.view[wire.start : wire.end]) == b"* OK [UIDNEXT 4"
