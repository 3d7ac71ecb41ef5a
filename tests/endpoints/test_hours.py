"""The hours in which a server may be used."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoints.hours import Hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT = Hours(time(19), time(7), frozenset({6, 7}), AMSTERDAM)
OFFICE = Hours(time(9), time(17, 30), frozenset(), AMSTERDAM)


def at(text: str) -> datetime:
    """2026-03-02 is a Monday."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("hours", "now", "is_open"),
    [
        (NIGHT, "03-02 18:59:59", False),
        (NIGHT, "03-02 19:00", True),
        (NIGHT, "03-03 00:00", True),
        (NIGHT, "03-03 06:59:59", True),
        (NIGHT, "03-03 07:00", False),
        (NIGHT, "03-07 12:00", True),
        (NIGHT, "03-08 18:00", True),
        (NIGHT, "03-09 06:59", True),
        (NIGHT, "03-09 07:00", False),
        (OFFICE, "03-02 08:59", False),
        (OFFICE, "03-02 09:00", True),
        (OFFICE, "03-02 17:30", False),
    ],
)
def test_a_span_of_hours_may_cross_midnight_and_days_may_be_whole(hours: Hours, now: str, is_open: bool) -> None:
    assert hours.is_open(at(now)) is is_open
    assert hours.is_open(at(now).astimezone(UTC)) is is_open


@pytest.mark.parametrize(
    ("hours", "now", "opens", "closes"),
    [
        (NIGHT, "03-02 12:00", "03-02 19:00", "03-02 12:00"),
        (NIGHT, "03-02 23:00", "03-02 23:00", "03-03 07:00"),
        (NIGHT, "03-06 20:00", "03-06 20:00", "03-09 07:00"),
        (OFFICE, "03-02 18:00", "03-03 09:00", "03-02 18:00"),
        (OFFICE, "03-02 10:00", "03-02 10:00", "03-02 17:30"),
    ],
)
def test_they_tell_when_they_begin_and_end(hours: Hours, now: str, opens: str, closes: str) -> None:
    assert (hours.opens_at(at(now)), hours.closes_at(at(now))) == (at(opens), at(closes))


def test_a_day_may_be_the_only_exception() -> None:
    sunday = Hours(time(19), time(20), frozenset({7}), AMSTERDAM)
    assert sunday.closes_at(at("03-08 00:00")) == at("03-09 00:00")
    assert sunday.opens_at(at("03-07 21:00")) == at("03-08 00:00")


def test_all_days_are_always() -> None:
    always = Hours(time(19), time(7), frozenset(range(1, 8)), AMSTERDAM)
    assert always.closes_at(at("03-02 12:00")) is None


def test_hours_follow_the_clock_on_the_wall() -> None:
    """On 29 March the clock goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00."""
    spring, autumn = at("03-28 12:00"), at("10-24 12:00")
    night = Hours(time(19), time(7), frozenset(), AMSTERDAM)
    for day, hours_long in ((spring, 11), (autumn, 13)):
        opens = night.opens_at(day)
        closes = night.closes_at(opens)
        assert closes is not None
        assert closes.astimezone(UTC) - opens.astimezone(UTC) == timedelta(hours=hours_long)
        assert (opens.hour, closes.hour) == (19, 7)


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
moments = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(times, times, st.frozensets(st.integers(1, 7)), moments)
def test_what_opens_is_open_and_what_closes_is_closed(
    start: time, end: time, days: frozenset[int], now: datetime
) -> None:
    if start == end:
        return
    hours = Hours(start, end, days, AMSTERDAM)
    opens = hours.opens_at(now)
    assert opens >= now
    assert hours.is_open(opens)
    closes = hours.closes_at(now)
    assert closes is None or (closes >= now and not hours.is_open(closes))
