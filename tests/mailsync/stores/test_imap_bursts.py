"""Messages that have come together take a short way through the reader: it tells what the long way tells."""

from __future__ import annotations

import re
import socket
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from mailsync.errors import MailsyncError
from mailsync.model import INBOX
from mailsync.stores.imap.bursts import ImapBurst, take_burst
from mailsync.stores.imap.dates import format_date, parse_date, written_day, written_zone
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.read import Reader
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.wire import Trace, Wire
from mailsync.uids import UidSet
from tests.mailsync.stores.source import DATE, MESSAGE, Got

WANTED = UidSet([*range(1, 9), 11, 12, *range(20, 30)])
_MONTHS = [b"Jan", b"feb", b"DEC", b"Xyz"]
_DAY = re.compile(rb"[ \d]\d-[A-Za-z]{3}-\d{4}")  # what is asked how we write it
USUAL = b"* 1 FETCH (UID 3 FLAGS (\\Seen) %s BODY[] {7}\r\nHello\r\n)\r\n" % DATE
BODIES = [b"x", b"Hello\r\n", b"\0\n)\r\n* 1 FETCH (", USUAL, b"long " * 50, b""]
FLAGS = [b"", b"\\Seen", b"\\Seen \\Recent work", b"\\seen \xff", b"\r", b"(", b"a\r\nb", b'"']
DATES = [b"01-Jun-2009 12:00:00 +0000", b" 1-Jun-2009 12:00:00 -0730", b"01-Jun-2009 12:00:61 +0000", b"", b"\n", b"\\"]
ENDS = [b")\r\n", b")\n", b" MODSEQ (5))\r\n", b" X {3}\r\n(( )\r\n", b"\r\n", b""]

usual = st.builds(
    lambda uid, flags, date, body, line, end: (
        b'* 1 FETCH (UID %d FLAGS (%s) INTERNALDATE "%s" BODY[] {%d}%s' % (uid, flags, date, len(body), line)
        + body
        + end
    ),
    st.integers(0, 31),
    *(st.sampled_from(items) for items in (FLAGS, DATES, BODIES)),
    st.sampled_from([b"\r\n", b"\r\n", b"\n"]),
    st.sampled_from([b")\r\n"] * 6 + ENDS),
)
others = st.sampled_from(
    [
        USUAL,
        b"* 4 EXISTS\r\n",
        b"* 1 FETCH (FLAGS (\\Seen))\r\n",
        b'* 1 FETCH (BODY[] {1}\r\nx UID 7 FLAGS () INTERNALDATE "")\r\n',
        b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {99999999999999999999}\r\n" % DATE,
        b"* 1 FETCH (UID 3 FLAGS () %s BODY[] {9999999999999999999}\r\n" % DATE,
        b"* OK [",
        b"\r\n",
    ]
)


def connected(room: int, trace: Trace | None) -> tuple[Session, socket.socket]:
    """The buffer takes ``room`` octets at once."""
    server, client = socket.socketpair()
    wire = Wire(client, trace, timeout=5)
    wire.buffer = bytearray(room)
    wire.view = memoryview(wire.buffer)
    return Session(wire), server


def told(fetched: bytes, room: int, trace: Trace | None = None) -> tuple[Got, str]:
    """The messages, and the error in which they end, of a server that answers this and leaves."""
    session, server = connected(room, trace)
    reader = Reader(session, Names(), {}, [(INBOX, WANTED)], lambda: session)
    got: Got = []
    with closing(server), closing(session.wire):
        reader.ask()
        opening, fetching = (line.split()[0] for line in server.recv(1000).splitlines())
        server.sendall(b"* OK [UIDVALIDITY 7] valid\r\n%s OK opened\r\n%s%s OK done\r\n" % (opening, fetched, fetching))
        server.shutdown(socket.SHUT_WR)
        try:
            for message in reader.messages():
                when = message.date.isoformat() if message.date else ""
                got.append((message.uid, message.flags, when, b"".join(message.chunks)))
        except MailsyncError as error:
            return got, f"{error.code} {error.words}".replace(fetching.decode(), "TAG")
    return got, ""


@given(responses=st.lists(st.one_of(usual, usual, others), max_size=12), room=st.integers(1, 600))
def test_the_short_way_tells_what_the_long_way_tells(responses: list[bytes], room: int) -> None:
    fetched = b"".join(responses)
    assert told(fetched, room) == told(fetched, room, lambda direction, line: None)


def test_both_ways_give_every_message() -> None:
    assert told(USUAL + USUAL.replace(b"UID 3", b"UID 4"), 80)[0] == [MESSAGE, (4, *MESSAGE[1:])]


def test_messages_come_together_as_far_as_they_have_come_in_full() -> None:
    pair = USUAL + USUAL.replace(b"UID 3", b"UID 4")
    for missing, came in ((0, 2), (1, 1), (3, 1), (4, 1), (len(USUAL) - 1, 1), (len(USUAL) + 1, 0)):
        session, server = connected(1000, None)
        with closing(server), closing(session.wire) as wire:
            server.sendall(pair[: len(pair) - missing])
            wire.fill()
            burst = take_burst(wire, INBOX, 0, WANTED.end_of_range)
            assert (len(burst.uids) if burst else 0) == came
            assert wire.start == came * len(USUAL), "of what is not whole nothing is read"
            assert burst is None or [bytes(content) for content in burst.contents] == [b"Hello\r\n"] * came


def test_a_reader_hands_on_together_what_came_together() -> None:
    session, server = connected(1000, None)
    reader = Reader(session, Names(), {}, [(INBOX, UidSet(range(1, 30)))], lambda: session)
    with closing(server), closing(session.wire):
        reader.ask()
        opening, fetching = (line.split()[0] for line in server.recv(1000).splitlines())
        messages = b"".join(USUAL.replace(b"UID 3", b"UID %d" % uid) for uid in (4, 5, 9))
        server.sendall(
            b"* OK [UIDVALIDITY 7] valid\r\n%s OK opened\r\n%s%s OK done\r\n" % (opening, messages, fetching)
        )
        (burst,) = reader.bursts()
    assert isinstance(burst, ImapBurst)
    assert (burst.uids, burst.octets) == ((4, 5, 9), 21)


@given(
    st.sampled_from([b"1", b"01", b"31", b"30", b"29", b"0", b" 7", b"  "]),
    st.sampled_from(_MONTHS),
    st.integers(0, 9999),
    st.integers(-9999, 9999),
)
def test_a_date_is_written_as_if_it_had_been_read(day: bytes, month: bytes, year: int, zone: int) -> None:
    """As the long way does it: the source's own text is not sent."""
    text, offset = b"%s-%s-%04d" % (day.rjust(2), month, year), b"%+05d" % zone
    whole = parse_date(b"%s 01:02:03 %s" % (text, offset)) if re.fullmatch(rb"[ \d]\d", day.rjust(2)) else None
    if whole is None:
        assert not (_DAY.fullmatch(text) and written_day(text) and written_zone(offset))
    else:
        assert b"%s 01:02:03 %s" % (written_day(text), written_zone(offset)) == format_date(whole)
