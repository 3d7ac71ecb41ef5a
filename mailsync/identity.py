"""How a message is known again on the other side: by its content, to the octet.

Not by Message-ID (missing, repeated, rewritten), not by size (an estimate on some servers). Messages with the same
content are told apart by date, then by flags, and what is still equal then is paired in order: as many copies as
there are originals, never more, never fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from mailsync.model import Message


class Seen(NamedTuple):
    """What is kept of a message once its content was read."""

    uid: int
    flags: frozenset[str]
    date: datetime | None
    size: int  # octets


def digest(message: Message) -> bytes:
    """SHA-256 of the content; uses up ``message.chunks``."""
    content = sha256()
    for chunk in message.chunks:
        content.update(chunk)
    return content.digest()


def pair(originals: Iterable[Message], copies: Iterable[Message]) -> Iterator[tuple[Seen, Seen]]:
    """Each original with its copy. All ``copies`` are read first, then ``originals`` until every copy has found its own.

    An original whose only copies bear another date is held back until the end: one with the right date may come yet.
    """
    waiting = _by_content(copies)
    missing = sum(map(len, waiting.values()))
    held_back: list[tuple[bytes, Seen]] = []
    for message in originals if missing else ():
        original = Seen(message.uid, message.flags, message.date, message.size)
        found = waiting.get(key := digest(message), [])
        dated = [copy for copy in found if copy.date == original.date]
        if dated:
            yield original, _take(found, dated, original)
            missing -= 1
        elif found:
            held_back.append((key, original))
        if not missing:
            return
    for key, original in held_back:
        if waiting[key]:
            yield original, _take(waiting[key], waiting[key], original)


def _by_content(messages: Iterable[Message]) -> dict[bytes, list[Seen]]:
    found: dict[bytes, list[Seen]] = {}
    for message in messages:
        seen = Seen(message.uid, message.flags, message.date, message.size)
        found.setdefault(digest(message), []).append(seen)
    return found


def _take(found: list[Seen], choice: list[Seen], original: Seen) -> Seen:
    best = next((copy for copy in choice if copy.flags == original.flags), choice[0])
    found.remove(best)
    return best
