"""Reads the parenthesised data of IMAP responses (RFC 3501 section 4): pure, and forgiving where no harm can come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from mailsync.errors import Retry


class Atom(bytes):
    """A bare word (``INBOX``, ``\\Seen``, ``NIL``, ``12``, ``BODY[]``), as opposed to a quoted string or a literal."""

    __slots__ = ()


Token: TypeAlias = "bytes | list[Token]"  # noqa: S105 - no password

# A section like BODY[HEADER.FIELDS (SUBJECT)]<0> is one word, blanks and parentheses included.
_TOKEN = re.compile(
    rb"""\ *(?:
        (?P<open>\() | (?P<close>\))
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | ~?\{(?P<literal>\d+)\+?\}\Z
      | (?P<atom>(?:BODY|BINARY(?:\.SIZE)?)\[[^\]]*\](?:<\d+>)? | [^\ ()"]+)
    )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_DEPTH_LIMIT = 50
_MOST_TOKENS = 50_000  # in one response: each takes the room of dozens of octets


def literal_size(line: bytes) -> int | None:
    """The number of octets that follow this line as a literal, or None if the response ends here."""
    if not line.endswith(b"}"):
        return None
    _, brace, digits = line[-22:-1].rpartition(b"{")
    digits = digits.removesuffix(b"+")
    return int(digits) if brace and digits.isdigit() else None


def tokenize(parts: Sequence[bytes]) -> list[Token]:
    """``parts``: text and literals in turn, each text but the last ending in ``{n}``.

    Atoms come back as :class:`Atom`, quoted strings and literals as plain bytes, parentheses as lists. Raises
    Retry("protocol_error") for what can not be read.
    """
    tokens: list[Token] = []
    around: list[list[Token]] = []  # the lists that have been opened and not closed
    count = 0
    for match, index in _scan(parts):
        kind, count = match.lastgroup, count + 1
        if kind == "atom":
            tokens.append(Atom(match["atom"]))
        elif kind == "open" and len(around) < _DEPTH_LIMIT:
            around.append(tokens)
            tokens = []
        elif kind == "close" and around:
            around[-1].append(tokens)
            tokens = around.pop()
        elif kind == "quoted":
            tokens.append(_ESCAPED.sub(rb"\1", match["quoted"]))
        elif kind == "literal" and index + 1 < len(parts):
            tokens.append(parts[index + 1])
        else:
            raise _unreadable(parts)
        if count >= _MOST_TOKENS:
            raise _unreadable(parts)
    if around:
        raise _unreadable(parts)
    return tokens


def _scan(parts: Sequence[bytes]) -> Iterator[tuple[re.Match[bytes], int]]:
    """Each token, and the part it is in."""
    for index in range(0, len(parts), 2):
        text, at = parts[index].rstrip(b" "), 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise _unreadable(parts)
            at = match.end()
            yield match, index


def _unreadable(parts: Sequence[bytes]) -> Retry:
    return Retry("protocol_error", parts[0][:200].decode("ascii", "backslashreplace") if parts else "")


def pairs(tokens: Token) -> dict[bytes, Token]:
    """``(UID 5 FLAGS (\\Seen))`` as a dictionary with upper-case keys; what is no pair is left out."""
    if not isinstance(tokens, list):
        return {}
    keys, values = tokens[::2], tokens[1::2]
    return {key.upper(): value for key, value in zip(keys, values, strict=False) if isinstance(key, bytes)}


def number(token: Token | None) -> int:
    """A number of at most 64 bits, 0 for anything else."""
    return int(token) if isinstance(token, bytes) and len(token) < 20 and token.isdigit() else 0


def is_nil(token: Token | None) -> bool:
    return isinstance(token, Atom) and token.upper() == b"NIL"
