"""Mends what servers refuse in a message, and changes nothing else. Pure: octets in, octets and the repairs' names out.

Only ever for a message that the target refused, and only if the caller allows it: the copy is no longer the original to
the octet, and a signature over what was changed no longer holds.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import a2b_qp, b2a_qp
from email.message import Message as Header
from email.parser import BytesHeaderParser

from mailsync.encoded_words import encode_header

# In the order in which a report names them.
REPAIRS = ("from_line", "line_ends", "final_newline", "nul", "long_lines", "header_8bit")
LONGEST_LINE = 998  # octets without CRLF (RFC 5322 section 2.1.1)
LINE = 76  # octets in a line of base64 (RFC 2045 section 6.8)
DEEPEST = 40  # parts within parts that are looked into

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LAST_LINE_END = re.compile(rb"(?:\r\n|\r|\n)\Z")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LONG = re.compile(rb"[^\r\n]{%d}" % (LONGEST_LINE + 1))
_EMPTY_LINE = re.compile(rb"(?:\A|(?<=\n)|(?<=\r)(?!\n))(?:\r\n|\n|\r)")
_MBOX_FROM = re.compile(rb"\A>?From (?!:)")
_ENCODING_FIELD = re.compile(rb"^content-transfer-encoding[ \t]*:.*\r\n(?:[ \t].*\r\n)*", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"[ \t]")


def repair(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The message without what servers refuse, and which of ``REPAIRS`` that took; none if there was nothing to mend."""
    mending = _Mending()
    before: bytes | None = None
    while content != before:  # without NUL there may be a line end, a field or an empty line that was none before
        before, content = content, mending.message(mending.from_line(content), 0)
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
            mending.made.add("final_newline")
    return content, tuple(name for name in REPAIRS if name in mending.made)


class _Mending:
    """``made`` collects the repairs."""

    def __init__(self) -> None:
        self.made: set[str] = set()

    def from_line(self, content: bytes) -> bytes:
        """The first line of a message that once stood in an mbox file becomes a field, so that nothing is lost."""
        return self._changed("from_line", content, _MBOX_FROM.sub(b"X-Mbox-From: ", content, count=1))

    def message(self, content: bytes, depth: int) -> bytes:
        """A message, or a part of one: fields, an empty line, a body."""
        end = _EMPTY_LINE.search(content)
        if end is None:
            return self._head(content)
        head = self._head(content[: end.start()])
        self._changed("line_ends", end[0], b"\r\n")
        head, body = self._body(head, content[end.end() :], depth)
        return head + b"\r\n" + body

    def _head(self, head: bytes) -> bytes:
        head = self._plain(head)
        head = self._changed("header_8bit", head, encode_header(head))
        return self._changed("long_lines", head, b"".join(map(_folded, head.splitlines(keepends=True))))

    def _body(self, head: bytes, body: bytes, depth: int) -> tuple[bytes, bytes]:
        header = BytesHeaderParser().parsebytes(head)
        kind, boundary = header.get_content_maintype(), _boundary(header)
        if depth < DEEPEST and kind == "multipart" and boundary:
            return head, self._parts(body, boundary, depth)
        if depth < DEEPEST and header.get_content_type() == "message/rfc822":
            return head, self.message(body, depth + 1)
        return self._leaf(head, body, kind, str(header.get("Content-Transfer-Encoding", "")).strip().lower())

    def _parts(self, body: bytes, boundary: bytes, depth: int) -> bytes:
        """What stands before the first delimiter and after the last is no part."""
        delimiter = rb"((?:\A|(?<=[\r\n]))--%s(?:--)?[ \t]*(?:\r\n|\r|\n|\Z))" % re.escape(boundary)
        before, *pieces = re.split(delimiter, body)
        mended, inside = [self._plain(before)], True
        for line, text in zip(pieces[::2], pieces[1::2], strict=True):
            inside = inside and not line.strip().endswith(boundary + b"--")
            mended += [self._lines(line), self._part(text, depth) if inside else self._plain(text)]
        return b"".join(mended)

    def _part(self, text: bytes, depth: int) -> bytes:
        """The line end before a delimiter belongs to that (RFC 2046 section 5.1.1)."""
        part = _LAST_LINE_END.sub(b"", text)
        return self.message(part, depth + 1) + self._lines(text[len(part) :])

    def _leaf(self, head: bytes, body: bytes, kind: str, encoding: str) -> tuple[bytes, bytes]:
        if encoding in ("base64", "quoted-printable"):
            return head, self._encoded(body, encoding)
        if kind == "text" and encoding != "binary":
            return self._text(head, self._lines(body))
        return self._data(head, body)

    def _encoded(self, body: bytes, encoding: str) -> bytes:
        body = self._plain(body)
        if not _LONG.search(body):
            return body
        return self._changed(
            "long_lines", body, _base64_again(body) if encoding == "base64" else _printable(a2b_qp(body))
        )

    def _text(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        if not self._see_trouble(body):
            return head, body
        return _with_encoding(head, b"quoted-printable"), _printable(body)

    def _data(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        """What is no text keeps every octet."""
        if not self._see_trouble(body) and not _BARE.search(body):
            return head, body
        if _BARE.search(body):
            self.made.add("line_ends")
        return _with_encoding(head, b"base64"), _base64(body)

    def _see_trouble(self, body: bytes) -> bool:
        found = {name for name, is_there in (("nul", b"\0" in body), ("long_lines", _LONG.search(body))) if is_there}
        self.made |= found
        return bool(found)

    def _lines(self, text: bytes) -> bytes:
        return self._changed("line_ends", text, _LINE_END.sub(b"\r\n", text))

    def _plain(self, text: bytes) -> bytes:
        return self._without_nul(self._lines(text))

    def _without_nul(self, text: bytes) -> bytes:
        return self._changed("nul", text, text.replace(b"\0", b""))

    def _changed(self, name: str, before: bytes, after: bytes) -> bytes:
        if before != after:
            self.made.add(name)
        return after


def _boundary(header: Header) -> bytes:
    try:
        return (header.get_boundary() or "").encode("ascii")
    except (ValueError, LookupError):  # a parameter in a charset that there is not
        return b""


def _with_encoding(head: bytes, encoding: bytes) -> bytes:
    return _ENCODING_FIELD.sub(b"", head) + b"Content-Transfer-Encoding: %s\r\n" % encoding


def _folded(line: bytes) -> bytes:
    """A field that is too long goes on in a next line, which begins with a blank (RFC 5322 section 2.2.3)."""
    folded, start = b"", len(line) - len(line.partition(b":")[2].lstrip(b" \t"))
    while len(line) > LONGEST_LINE + 2:
        blanks = [blank.start() for blank in _BLANK.finditer(line, start, LONGEST_LINE)]
        if not blanks:
            break
        folded += line[: blanks[-1]] + b"\r\n"
        line, start = line[blanks[-1] :], 1
    return folded + line


def _printable(text: bytes) -> bytes:
    return _LINE_END.sub(b"\r\n", b2a_qp(text))


def _base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")


def _base64_again(body: bytes) -> bytes:
    """The same characters in lines: what calls itself base64 need not be."""
    characters = b"".join(body.split())
    return b"".join(characters[at : at + LINE] + b"\r\n" for at in range(0, len(characters), LINE))
