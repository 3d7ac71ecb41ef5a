"""The short way for messages that have come in full and as most servers give them; all others take the long one.

One match over the buffer stands for a line, its tokens, a literal and what closes the response. That is what a small
message costs us most, and what is told of it must be the same on both ways.
"""

from __future__ import annotations

import re
from datetime import datetime

from mailsync.stores.imap.dates import parse_date
from mailsync.stores.imap.flags import parse_flags
from mailsync.stores.imap.wire import Wire

# The first line of the answer that most servers give, in the order asked for.
USUAL = rb'\* \d+ FETCH \(UID (\d{1,19}) FLAGS \(([^()\r\n]*)\) INTERNALDATE "([^"\r\n]*)" BODY\[\] \{(\d{1,19})\}'
_WHOLE_LINE = re.compile(USUAL + rb"\r\n")
_END = b")\r\n"


Whole = tuple[int, frozenset[str], datetime | None, memoryview]


def at_hand(wire: Wire) -> Whole | None:
    """UID, flags, INTERNALDATE and content of the next response, if it is the usual one and has come in full; None, and
    nothing read, if not. The content stays valid until anything else is read."""
    usual = _WHOLE_LINE.match(wire.buffer, wire.start, wire.end)
    if usual is None or wire.trace:
        return None
    uid, flags, date, size = usual.groups()
    begin = usual.end()
    end = begin + int(size)
    if not wire.buffer.startswith(_END, end, wire.end):
        return None
    wire.start = end + len(_END)
    return int(uid), parse_flags(flags), parse_date(date), wire.view[begin:end]
