"""INTERNALDATE: forgiving when read, exact when written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.stores.imap.dates import format_date, parse_date

minutes = st.integers(-14 * 60, 14 * 60).map(lambda count: timezone(timedelta(minutes=count)))


@given(st.datetimes(min_value=datetime(2, 1, 1), timezones=minutes))  # noqa: DTZ001 - the zone is drawn apart
def test_a_date_survives_the_way_there_and_back(date: datetime) -> None:
    again = parse_date(format_date(date))
    assert again is not None
    assert again == date.replace(microsecond=0)
    assert again.utcoffset() == date.utcoffset()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        (b"17-Jul-1996 02:44:25 -0700", "1996-07-17T02:44:25-07:00"),
        (b" 1-jul-1996 02:44:25 +0000", "1996-07-01T02:44:25+00:00"),
        (b"1-JUL-1996 2:44:25 +0530", "1996-07-01T02:44:25+05:30"),
        (b"01-Jan-1900  00:00:00", "1900-01-01T00:00:00+00:00"),
    ],
)
def test_dates_are_read_as_servers_write_them(text: bytes, iso: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.isoformat() == iso


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"31-Feb-2009 00:00:00 +0000",
        b"17-Foo-1996 02:44:25 -0700",
        b"17-Jul-1996 24:00:00 +0000",
        b"17-Jul-0000 02:44:25 +0000",
        b"17-Jul-1996 02:44:25 PST",
        b"17-Jul-1996 02:44:25 +9999",
        b"Wed, 17 Jul 1996 02:44:25 +0000",
        b'" {3}\r\n',
    ],
)
def test_what_is_no_date_is_none(text: bytes) -> None:
    assert parse_date(text) is None


@given(st.binary(max_size=40))
def test_no_octets_are_more_than_no_date(text: bytes) -> None:
    date = parse_date(text)
    assert date is None or date.tzinfo is not None


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (datetime(2009, 6, 1, 9, 5, 7, tzinfo=UTC), b"01-Jun-2009 09:05:07 +0000"),
        (datetime(2009, 6, 1, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam")), b"01-Jun-2009 12:00:00 +0200"),
        (
            datetime(1890, 6, 1, 12, 0, tzinfo=timezone(timedelta(minutes=17, seconds=30))),
            b"01-Jun-1890 11:42:30 +0000",
        ),
        (datetime(2009, 6, 1, 9, 5, 7), b"01-Jun-2009 09:05:07 +0000"),  # noqa: DTZ001 - without a zone, on purpose
        (datetime(98, 6, 1, tzinfo=timezone(timedelta(hours=-9, minutes=-30))), b"01-Jun-0098 00:00:00 -0930"),
    ],
)
def test_dates_are_written_as_the_rfc_says(date: datetime, text: bytes) -> None:
    assert format_date(date) == text
