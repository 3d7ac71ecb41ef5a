"""The short way for messages that have come in full and as most servers give them; all others take the long one.

One match over the buffer stands for a line, its tokens, a literal and what closes the response, and all that have come
together are handled together, from here to the command that stores them. That is what a small message costs us most, and
what is told and stored of it must be the same on both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mailsync.model import Message, Path
from mailsync.stores.imap.dates import parse_date, written_day, written_zone
from mailsync.stores.imap.flags import parse_flags
from mailsync.stores.imap.wire import Wire

# The first line of the answer that most servers give, in the order asked for.
_BEFORE_DATE = rb"\* \d+ FETCH \(UID (\d{1,19}) FLAGS \(([^()\r\n]*)\) INTERNALDATE "
_AFTER_DATE = rb" BODY\[\] \{(\d{1,19})\}"
USUAL = _BEFORE_DATE + rb'"([^"\r\n]*)"' + _AFTER_DATE
# Only with a date that may be sent as it is, once day and zone have been looked up.
_DATE = rb'"([ \d]\d-[A-Za-z]{3}-\d{4}) ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d) ([+-]\d{4})"'
_WHOLE_LINE = re.compile(_BEFORE_DATE + _DATE + _AFTER_DATE + rb"\r\n")
_END = b")\r\n"
LONGEST_HEAD = 2_000  # octets; a first line that is longer is not usual

Date = tuple[bytes, bytes, bytes]  # day, time of day and zone, as we write them


class ImapBurst:
    """A :class:`~mailsync.model.Burst` as columns. None of ``contents`` is empty."""

    __slots__ = ("contents", "dates", "flags", "folder", "octets", "uids")

    def __init__(self, folder: Path, found: list[tuple[int, frozenset[str], Date, memoryview]]) -> None:
        self.folder = folder
        self.uids, self.flags, self.dates, self.contents = zip(*found, strict=True)
        self.octets = sum(map(len, self.contents))

    def messages(self) -> Iterator[Message]:
        return map(self.message, range(len(self.uids)))

    def message(self, index: int) -> Message:
        date, content = parse_date(b"%s %s %s" % self.dates[index]), self.contents[index]
        return Message(self.folder, self.uids[index], self.flags[index], date, len(content), iter((content,)))


def take_burst(wire: Wire, folder: Path, last: int, end_of_range: Callable[[int], int]) -> ImapBurst | None:
    """The messages whose usual responses come next and are there in full, by ascending UID from above ``last``. What is first
    to be anything else is left unread, as all is if the answer is None.

    ``end_of_range``: up to which UID from this one on all are wanted; 0 where it is not wanted itself.
    """
    if wire.trace:
        return None
    match, buffer, view, at, end = _WHOLE_LINE.match, wire.buffer, wire.view, wire.start, wire.end
    found, until = [], 0
    while usual := match(buffer, at, end):
        number, flags, day, clock, zone, size = usual.groups()
        uid, begin, octets = int(number), usual.end(), int(size)
        if uid > until:
            until = end_of_range(uid)
        date = written_day(day), clock, written_zone(zone)
        if not (
            last < uid <= until and octets and date[0] and date[2] and buffer.startswith(_END, begin + octets, end)
        ):
            break
        last, at = uid, begin + octets + 3
        found.append((uid, parse_flags(flags), date, view[begin : begin + octets]))
    wire.start = at
    return ImapBurst(folder, found) if found else None


def await_whole(wire: Wire) -> bool:
    """Whether a message as most servers give it comes next and is there in full now: its rest is waited for, if it has room
    in the buffer."""
    if wire.trace:
        return False
    if wire.is_empty:
        wire.fill()
    while not (usual := _WHOLE_LINE.match(wire.buffer, wire.start, wire.end)):
        if not (_is_open_ended(wire) and wire.gather(wire.end - wire.start + 1)):
            return False
    return wire.gather(usual.end() - wire.start + int(usual[6]) + len(_END))


def _is_open_ended(wire: Wire) -> bool:
    """Whether there is no end of the line yet."""
    return wire.end - wire.start <= LONGEST_HEAD and wire.buffer.find(b"\n", wire.start, wire.end) < 0
