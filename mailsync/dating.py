"""A date of receipt for messages whose own is none, or one that the target would not have."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain

from mailsync.model import Message

# What every server can keep: the seconds since 1970 in 31 bits.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2038, 1, 19, tzinfo=UTC)
ENOUGH = 65_536  # octets of the header that are looked at


def is_usual(date: datetime | None) -> bool:
    return date is not None and EARLIEST <= date <= LATEST


def date_by_header(message: Message) -> None:
    """Give it the date of its last ``Received`` field, else that of ``Date``; None, which leaves it to the server, if it has
    neither or neither can be kept."""
    from mailsync.headers import read_received  # the email package is slow to import and seldom needed

    head: list[bytes] = []
    octets = 0
    chunks = iter(message.chunks)
    for chunk in chunks:
        head.append(bytes(chunk))  # a piece is only valid until the next is asked for
        octets += len(chunk)
        if octets >= ENOUGH or b"\r\n\r\n" in head[-1]:
            break
    date = read_received(b"".join(head))
    message.date = date if is_usual(date) else None
    message.chunks = chain[bytes | memoryview](head, chunks)
