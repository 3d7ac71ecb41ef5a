"""Octets above 127 in header fields, written as encoded words (RFC 2047)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator

LONGEST_PIECE = 42  # octets in one encoded word, which is 75 characters at most

_FIELD = re.compile(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*|[^\r\n]+\Z")
_WORD = rb'[^\s"<>(),;:@\\]*[\x80-\xff][^\s"<>(),;:@\\]*'
_WORDS = re.compile(rb"%s(?:[ \t]+%s)*" % (_WORD, _WORD))
_QUOTED = re.compile(rb'"([^"\r\n\\]*[\x80-\xff][^"\r\n\\]*)"')


def encode_header(head: bytes) -> bytes:
    """The same fields in ASCII; ``head`` has CRLF line ends. Fields that are ASCII stay as they are to the octet."""
    if head.isascii():
        return head
    return _FIELD.sub(lambda field: field[0] if field[0].isascii() else _encode_field(field[0]), head)


def _encode_field(field: bytes) -> bytes:
    """Words are encoded, also in the names and comments of addresses; a quoted name is one word. In parameters, where
    encoded words have no place, mail programs understand them all the same if the quotes stay."""
    name, colon, value = field.partition(b":")
    if not colon or not name.isascii():
        return field.decode("latin-1").encode("ascii", "replace")  # no field at all: nothing can be said in it
    if not name.lower().startswith(b"content-"):
        value = _QUOTED.sub(lambda match: _encoded(match[1]), value)
    return name + colon + _WORDS.sub(lambda match: _encoded(match[0]), value)


def _encoded(text: bytes) -> bytes:
    try:
        text.decode("utf-8")
        charset, pieces = b"utf-8", _utf8_pieces(text)
    except UnicodeDecodeError:  # nothing tells which: the usual one, in which most mail programs guess too
        charset, pieces = b"windows-1252", _pieces(text)
    return b"\r\n ".join(b"=?%s?b?%s?=" % (charset, b64encode(piece)) for piece in pieces)


def _pieces(text: bytes) -> Iterator[bytes]:
    for start in range(0, len(text), LONGEST_PIECE):
        yield text[start : start + LONGEST_PIECE]


def _utf8_pieces(text: bytes) -> Iterator[bytes]:
    """No character is cut in two (RFC 2047 section 5)."""
    while text:
        end = min(len(text), LONGEST_PIECE)
        while end < len(text) and text[end] & 0xC0 == 0x80:
            end -= 1
        yield text[:end]
        text = text[end:]
