"""Subject and date of a message that could not be copied, so that its owner knows which one it is."""

from __future__ import annotations

from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

LONGEST_SUBJECT = 255  # characters that are kept


def read_header(head: bytes) -> tuple[str, datetime | None]:
    """The decoded subject (RFC 2047) and the Date, as far as the beginning of a message tells them."""
    header = BytesHeaderParser().parsebytes(head)
    return _subject(str(header.get("Subject", ""))), _date(str(header.get("Date", "")))


def read_received(head: bytes) -> datetime | None:
    """When the last server took it in, by the first ``Received`` field (RFC 5322 3.6.7); else the Date."""
    header = BytesHeaderParser().parsebytes(head)
    taken_in = str(header.get("Received", "")).rpartition(";")[2].strip()
    return _date(taken_in) or _date(str(header.get("Date", "")))


def _subject(raw: str) -> str:
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):  # unknown charset, broken base64: then as it is
        text = raw
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(printable.split())[:LONGEST_SUBJECT]


def _date(raw: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(raw)
    except (ValueError, IndexError, OverflowError, TypeError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
