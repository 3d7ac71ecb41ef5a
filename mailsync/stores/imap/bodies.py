"""FETCH responses that carry a message, in whatever order and form a server likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import IO

from mailsync.errors import Retry
from mailsync.stores.imap.dates import parse_date
from mailsync.stores.imap.flags import parse_flags
from mailsync.stores.imap.tokens import Atom, Token, literal_size, number, pairs, tokenize
from mailsync.stores.imap.wire import Wire

SPOOL = 1024 * 1024  # octets kept in memory of a message whose flags come after it
LARGEST_SPOOLED = 512 * 1024 * 1024  # octets of disk for it
PIECE = 64 * 1024

_FETCH = re.compile(rb"\* \d+ FETCH (?=\()", re.IGNORECASE)
_BODY_LITERAL = re.compile(rb"BODY\[\] ~?\{\d+\}\Z", re.IGNORECASE)


class Fetched:
    """One message as it comes in. ``finish`` reads to the end of its response, whatever was left."""

    def __init__(
        self,
        uid: int,
        flags: frozenset[str],
        date: datetime | None,
        size: int,
        chunks: Iterator[bytes | memoryview],
        wire: Wire | None = None,  # None where all of the response has been read
    ) -> None:
        self.uid, self.flags, self.date, self.size, self.chunks, self.wire = uid, flags, date, size, chunks, wire
        self.spool: IO[bytes] | None = None

    def finish(self) -> None:
        if self.spool:
            self.spool.close()
        if self.wire is None:
            return
        self.wire.end_literal()


def read_fetch(wire: Wire, line: bytes) -> Fetched | None:
    """The message in the response that begins with ``line``; None, and nothing more read, if that can have none.

    A message without the items that go with it is written to a file until they have come.
    """
    head = _FETCH.match(line)
    if head is None or (b"BODY[]" not in line.upper() and literal_size(line) is None):
        return None
    parts = [line[head.end() :]]
    while (size := literal_size(parts[-1])) is not None:
        if _BODY_LITERAL.search(parts[-1]):
            return _streamed(wire, parts, size) or _spooled(wire, parts, size)
        wire.hold(parts, size)
    return _held(pairs(tokenize(parts)[0]))


def _streamed(wire: Wire, parts: list[bytes], size: int) -> Fetched | None:
    """If all else has come already, the message can be handed on as it arrives."""
    before = [*parts[:-1], _BODY_LITERAL.sub(b"", parts[-1]) + b")"]
    items = pairs(tokenize(before)[0])
    if not {b"UID", b"FLAGS", b"INTERNALDATE"} <= items.keys():
        return None
    return _fetched(items, size, wire.literal(size), wire)


def _spooled(wire: Wire, parts: list[bytes], size: int) -> Fetched:
    from tempfile import SpooledTemporaryFile  # slow to import and seldom needed

    if size > LARGEST_SPOOLED:
        raise Retry(
            "protocol_error", f"the server sent {size:,} octets of a message before it said which message that is"
        )
    spool = SpooledTemporaryFile(SPOOL)  # noqa: SIM115 - ``Fetched.finish`` closes it
    try:
        for chunk in wire.literal(size):
            spool.write(chunk)
        spool.seek(0)
        items = pairs(tokenize([*parts, b"", *wire.rest_of(wire.line())])[0])
    except BaseException:
        spool.close()
        raise
    fetched = _fetched(items, size, iter(partial(spool.read, PIECE), b""), None)
    fetched.spool = spool
    return fetched


def _held(items: dict[bytes, Token]) -> Fetched:
    """A message that came as a quoted string; NIL, for one that the server can not read, is none."""
    body = items.get(b"BODY[]")
    if not isinstance(body, bytes) or isinstance(body, Atom):
        return Fetched(0, frozenset(), None, 0, iter(()))
    return _fetched(items, len(body), iter((body,)), None)


def _fetched(items: dict[bytes, Token], size: int, chunks: Iterator[bytes | memoryview], wire: Wire | None) -> Fetched:
    flags, date = items.get(b"FLAGS"), items.get(b"INTERNALDATE")
    words = b" ".join(flag for flag in flags if isinstance(flag, bytes)) if isinstance(flags, list) else b""
    when = parse_date(date) if isinstance(date, bytes) else None
    return Fetched(number(items.get(b"UID")), parse_flags(words), when, size, chunks, wire)
