"""Whether a copy is exact, by a reader that shares no line with the engine and holds one message at a time."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from io import BufferedRWPair

from bench.rendering import Refused, signed_in
from tests.servers.dovecot import Dovecot

_LIST = re.compile(rb'\* LIST \(([^)]*)\) "/" ("(?:[^"\\]|\\.)*"|\S+)')
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
ADDED = re.compile(rb"^X-TUID: [^\r\n]*\r\n", re.MULTILINE)  # mbsync writes it into every message that it copies

Seen = tuple[bytes, frozenset[str], frozenset[str], datetime]  # SHA-256, system flags, keywords, INTERNALDATE


@dataclass(slots=True)
class Differences:
    """Messages of the target, counted; ``altered`` have the place of the original and another content."""

    missing: int = 0
    extra: int = 0
    altered: int = 0
    flags: int = 0
    keywords: int = 0
    dates: int = 0

    def __str__(self) -> str:
        found = [f"{getattr(self, field.name):,} {field.name}" for field in fields(self) if getattr(self, field.name)]
        return ", ".join(found) or "exact"

    def __iadd__(self, other: Differences) -> Differences:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self


def compare(
    source: Dovecot, old: str, target: Dovecot, new: str, *, without: re.Pattern[bytes] | None = None
) -> Differences:
    """The mailbox of ``new`` against that of ``old``; ``without``: what is cut out of the headers of the copies first."""
    result = Differences()
    originals, copies = read(source, old), read(target, new, without)
    for folder in originals.keys() | copies.keys():
        result += _folder(originals.get(folder, []), copies.get(folder, []))
    return result


def _folder(originals: list[Seen], copies: list[Seen]) -> Differences:
    """In order; where the numbers differ, by content alone."""
    found = Differences(max(0, len(originals) - len(copies)), max(0, len(copies) - len(originals)))
    if len(originals) != len(copies):
        both = Counter(seen[0] for seen in originals) & Counter(seen[0] for seen in copies)
        found.altered = min(len(originals), len(copies)) - both.total()
        return found
    for original, copy in zip(originals, copies, strict=True):
        found.altered += original[0] != copy[0]
        found.flags += original[1] != copy[1]
        found.keywords += original[2] != copy[2]
        found.dates += original[3] != copy[3]
    return found


def read(server: Dovecot, user: str, without: re.Pattern[bytes] | None = None) -> dict[bytes, list[Seen]]:
    """Every selectable folder by its name on the wire, its messages by ascending UID."""
    with signed_in(server, user) as sock, sock.makefile("rwb") as line:
        return {name: _messages(line, name, without) for name in _folders(line)}


def _folders(line: BufferedRWPair) -> list[bytes]:
    names = []
    for reply in _replies(line, b'LIST "" "*"'):
        if (found := _LIST.match(reply)) and b"\\noselect" not in found[1].lower():
            names.append(found[2] if found[2].startswith(b'"') else b'"' + found[2] + b'"')
    return names


def _replies(line: BufferedRWPair, command: bytes) -> list[bytes]:
    line.write(b"v " + command + b"\r\n")
    line.flush()
    replies = []
    while not (reply := line.readline()).startswith(b"v "):
        if not reply:
            raise Refused("the server hung up")
        replies.append(reply)
    if not reply.startswith(b"v OK"):
        raise Refused(reply.decode(errors="replace"))
    return replies


def _messages(line: BufferedRWPair, name: bytes, without: re.Pattern[bytes] | None) -> list[Seen]:
    _replies(line, b"EXAMINE " + name)
    line.write(b"v UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])\r\n")
    line.flush()
    seen = []
    while not (head := line.readline()).startswith(b"v "):
        if literal := _LITERAL.search(head):
            body = line.read(int(literal[1]))
            seen.append(_seen(head + line.readline(), body, without))
        elif not head:
            raise Refused("the server hung up")
    return seen


def _seen(items: bytes, body: bytes, without: re.Pattern[bytes] | None) -> Seen:
    if without:
        end = body.find(b"\r\n\r\n") + 2
        body = without.sub(b"", body[:end]) + body[end:]
    flags, date = _FLAGS.search(items), _DATE.search(items)
    assert flags, items
    assert date, items
    words = {flag for flag in flags[1].decode().split() if flag != "\\Recent"}
    system = frozenset(word for word in words if word.startswith("\\"))
    return sha256(body).digest(), system, frozenset(words - system), _instant(date[1].decode().strip())


@lru_cache(4096)
def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%d-%b-%Y %H:%M:%S %z")
