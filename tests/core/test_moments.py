"""Times that people type: in their own zone, also where its clock is put forward or back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms
from django.utils import timezone

from core.moments import MomentField, comes_twice, next_half_hour


@pytest.fixture(autouse=True)
def amsterdam() -> object:
    with timezone.override("Europe/Amsterdam"):
        yield


def test_a_time_is_that_of_the_viewers_clock() -> None:
    assert MomentField().clean("2026-03-28T02:30") == datetime(2026, 3, 28, 1, 30, tzinfo=UTC)


def test_a_time_that_does_not_exist_is_explained() -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MomentField().clean("2026-03-29T02:30")
    assert refusal.value.messages == [
        "On 29 March 2026 there is no 02:30 in the time zone Europe/Amsterdam: the clock is put forward then. Choose another "
        "time, for instance 03:30."
    ]


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    moment = MomentField().clean("2026-10-25T02:30")
    assert moment == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert comes_twice(moment)
    assert not comes_twice(datetime(2026, 10, 25, 12, tzinfo=UTC))


def test_what_is_no_time_is_refused_as_ever() -> None:
    with pytest.raises(forms.ValidationError, match="valid date/time"):
        MomentField().clean("soon")


@pytest.mark.parametrize(("minute", "proposed"), [(0, "10:30"), (29, "10:30"), (30, "11:00"), (59, "11:00")])
def test_the_next_half_hour_is_proposed(minute: int, proposed: str) -> None:
    now = datetime(2026, 1, 5, 9, minute, 17, tzinfo=UTC)
    assert f"{next_half_hour(now):%H:%M:%S}" == f"{proposed}:00"
