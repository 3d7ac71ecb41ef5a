"""INTERNALDATE to and fro (RFC 3501, ``date-time``). Read leniently, written strictly by us: never the source's own text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name.encode().lower(): number for number, name in enumerate(_MONTHS, 1)}
_DATE = re.compile(rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4})\s+(\d{1,2}):(\d\d):(\d\d)(?:\s+([+-]\d{4}))?\s*\Z")


def parse_date(text: bytes) -> datetime | None:
    """From ``17-Jul-1996 02:44:25 -0700``; one-digit days and a missing zone (taken as UTC) are forgiven. None if invalid."""
    match = _DATE.match(text)
    if match is None:
        return None
    day, month, year, hour, minute, second, zone = match.groups()
    try:
        number = _NUMBERS[month.lower()]
        return datetime(
            int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone or b"+0000")
        )
    except (ValueError, KeyError):
        return None


@lru_cache(256)
def _zone(text: bytes) -> timezone:
    minutes = int(text[1:3]) * 60 + int(text[3:])
    return timezone(timedelta(minutes=-minutes if text.startswith(b"-") else minutes)) if minutes else UTC


def format_date(date: datetime) -> bytes:
    """``17-Jul-1996 02:44:25 -0700``, in the date's own zone; UTC if that is not a whole number of minutes."""
    zone = _offset(date)
    if zone is None:
        date, zone = date.astimezone(UTC), "+0000"
    day = f"{date.day:02d}-{_MONTHS[date.month - 1]}-{date.year:04d}"
    return f"{day} {date.hour:02d}:{date.minute:02d}:{date.second:02d} {zone}".encode()


def _offset(date: datetime) -> str | None:
    zone = date.tzinfo
    return _fixed_offset(zone) if isinstance(zone, timezone) else _clock(date.utcoffset())


@lru_cache(256)
def _fixed_offset(zone: timezone) -> str | None:
    return _clock(zone.utcoffset(None))


def _clock(offset: timedelta | None) -> str | None:
    if offset is None:
        return None
    minutes, rest = divmod(abs(offset), timedelta(minutes=1))
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}" if not rest else None
