"""The report of one user, and how long it was in which condition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batches.log import FIRST, NEWEST, Durations, durations, size_in_words, trim, write
from batches.models import LogLine
from batches.moves import move_user
from tests.batches.examples import NOON, make_batch, make_user


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (123_843, "120.9 KB (123,843 bytes)"),
        (236_732_045, "225.8 MB (236,732,045 bytes)"),
        (2**50, "1,024.0 TB (1,125,899,906,842,624 bytes)"),
    ],
)
def test_sizes_read_as_people_know_them(octets: int, words: str) -> None:
    assert size_in_words(octets) == words


@pytest.mark.django_db
def test_of_a_long_report_the_beginning_and_the_newest_lines_are_kept() -> None:
    user = make_user(make_batch())
    total = FIRST + NEWEST + 50
    write(user.pk, [(NOON, f"line {number}") for number in range(total)])
    trim(user.pk)
    lines = list(user.log.values_list("text", flat=True))
    assert lines[FIRST - 1 : FIRST + 1] == [f"line {FIRST - 1}", f"line {FIRST + 50}"]
    assert (len(lines), lines[-1]) == (FIRST + NEWEST, f"line {total - 1}")


@pytest.mark.django_db
def test_a_short_report_is_kept_whole() -> None:
    user = make_user(make_batch())
    write(user.pk, [(NOON, f"line {number}") for number in range(FIRST + NEWEST)])
    trim(user.pk)
    assert LogLine.objects.count() == FIRST + NEWEST


@pytest.mark.django_db
def test_durations_tell_queued_in_progress_synced_and_stalled_apart() -> None:
    user = make_user(make_batch(started_at=NOON))
    timeline = [("validating", 5, ""), ("syncing", 6, ""), ("queued", 16, "slice"), ("validating", 18, "")]
    timeline += [("queued", 19, "hung_up"), ("validating", 29, ""), ("syncing", 30, ""), ("synced", 40, "")]
    timeline += [("incremental_syncing", 100, ""), ("stopping", 102, "stop"), ("stopped", 103, "stop")]
    for status, at, reason in timeline:
        move_user(user, status, at=NOON + minutes(at), reason=reason)
    told = durations(user, NOON + minutes(500))
    assert told == Durations(queued=minutes(7), in_progress=minutes(25), synced=minutes(60), stalled=minutes(10))


@pytest.mark.django_db
def test_the_condition_of_now_lasts_until_now_and_counts_from_the_start_of_the_batch() -> None:
    user = make_user(make_batch(started_at=NOON + minutes(10)))
    assert durations(user, NOON + minutes(30)) == Durations(queued=minutes(20))
    assert durations(make_user(make_batch("B", started_at=None)), NOON + minutes(30)) == Durations()
