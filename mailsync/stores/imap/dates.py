"""INTERNALDATE to and fro (RFC 3501, ``date-time``). Read leniently, written strictly by us: never the source's own text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_NUMBERS = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}
_BLANK, _COLON = b" :"
_ODD_BLANKS = re.compile(rb"\s+")
_ZONE = re.compile(rb"[+-]\d{4}\Z")


def parse_date(text: bytes) -> datetime | None:
    """From ``17-Jul-1996 02:44:25 -0700``; one-digit days and a missing zone (taken as UTC) are forgiven. None if invalid."""
    try:
        if len(text) == 26 and text[11] == text[20] == _BLANK and text[17] == _COLON:  # as the RFC writes it
            day, minute, second, zone = text[:11], text[12:17], text[18:20], text[21:]
        else:
            day, clock, zone = text.strip().split(b" ")
            minute, _, second = clock.rpartition(b":")
        return datetime(*_day(day), *_minute(minute), int(second), tzinfo=_zone(zone))
    except (ValueError, KeyError):
        return _parse_odd_date(text)


def _parse_odd_date(text: bytes) -> datetime | None:
    words = _ODD_BLANKS.split(text.strip())
    usual = b" ".join([*words, b"+0000"] if len(words) == 2 else words)
    return parse_date(usual) if usual != text else None


@lru_cache(1024)
def _day(text: bytes) -> tuple[int, int, int]:
    day, month, year = text.split(b"-")
    return int(year), _NUMBERS[month.lower()], int(day)


@lru_cache(1440)  # all there are
def _minute(text: bytes) -> tuple[int, int]:
    hour, minute = text.split(b":")
    return int(hour), int(minute)


@lru_cache(256)
def _zone(text: bytes) -> timezone:
    if not _ZONE.match(text):
        raise ValueError(text)
    minutes = int(text[1:3]) * 60 + int(text[3:])
    return timezone(timedelta(minutes=-minutes if text.startswith(b"-") else minutes)) if minutes else UTC


@lru_cache(1024)
def written_day(text: bytes) -> bytes:
    """How we write the day of ``17-Jul-1996 02:44:25 -0700``; nothing if there is none like it."""
    try:
        day = datetime(*_day(text), tzinfo=UTC)
    except (ValueError, KeyError):
        return b""
    return _written_day(day.year, day.month, day.day)


@lru_cache(256)
def written_zone(text: bytes) -> bytes:
    """How we write its ``-0700``; nothing if there is none like it."""
    try:
        return _fixed_offset(_zone(text)) or b""
    except ValueError:
        return b""


def format_date(date: datetime) -> bytes:
    """``17-Jul-1996 02:44:25 -0700``, in the date's own zone; UTC if that is not a whole number of minutes."""
    zone = date.tzinfo
    offset = _fixed_offset(zone) if isinstance(zone, timezone) else _clock(date.utcoffset() or timedelta())
    if offset is None:
        date, offset = date.astimezone(UTC), b"+0000"
    day = _written_day(date.year, date.month, date.day)
    return b"%s %s:%02d %s" % (day, _written_minute(date.hour, date.minute), date.second, offset)


@lru_cache(1024)
def _written_day(year: int, month: int, day: int) -> bytes:
    return b"%02d-%s-%04d" % (day, _MONTHS[month - 1], year)


@lru_cache(1440)
def _written_minute(hour: int, minute: int) -> bytes:
    return b"%02d:%02d" % (hour, minute)


@lru_cache(256)
def _fixed_offset(zone: timezone) -> bytes | None:
    return _clock(zone.utcoffset(None))


def _clock(offset: timedelta) -> bytes | None:
    minutes, rest = divmod(abs(offset), timedelta(minutes=1))
    sign = b"-" if offset < timedelta() else b"+"
    return b"%s%02d%02d" % (sign, minutes // 60, minutes % 60) if not rest else None
