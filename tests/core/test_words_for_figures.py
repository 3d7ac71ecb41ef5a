"""Sizes, durations and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from core.templatetags.page import duration, grouped, icon, moment, path, short_size, size


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (123_843, "120.9 KB (123,843 bytes)"),
        (236_732_045, "225.8 MB (236,732,045 bytes)"),
        (5 * 1024**5, "5,120.0 TB (5,629,499,534,213,120 bytes)"),
    ],
)
def test_sizes_are_said_twice(octets: int, words: str) -> None:
    assert size(octets) == words


def test_a_short_size_takes_fractions_of_a_byte() -> None:
    assert [short_size(12.6), short_size(2048.0)] == ["13 bytes", "2.0 KB"]


def test_numbers_are_grouped_as_the_language_does() -> None:
    assert grouped(1234567) == "1,234,567"
    with translation.override("nl"):
        assert grouped(1234567) == "1.234.567"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (252, "4 min 12 s"), (3600, "1 h"), (3720, "1 h 2 min"), (183_840, "2 d 3 h 4 min")],
)
def test_durations_tell_their_largest_parts(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


def test_a_time_tells_its_zone() -> None:
    with timezone.override("Europe/Amsterdam"):
        told = moment(datetime(2020, 10, 23, 5, 14, tzinfo=UTC))
    assert told == '<time datetime="2020-10-23T07:14:00+02:00">23 October 2020 07:14 CEST</time>'


def test_what_is_not_known_is_not_shown() -> None:
    assert (moment(None), duration(None)) == ("", "")


def test_folders_are_read_from_the_outside_in() -> None:
    assert path(["Archief", "2019"]) == "Archief / 2019"


def test_an_icon_says_nothing_by_itself() -> None:
    assert 'aria-hidden="true"' in icon("add")
