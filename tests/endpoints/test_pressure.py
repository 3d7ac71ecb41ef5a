"""How a server's complaints change how many mailboxes work with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from endpoints.pressure import ENOUGH, RISE_EVERY, SETTLE, STORM, Heard, Slowdown, is_storm, slower

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def heard(code: str, *mailboxes: str, ago: timedelta = timedelta(0)) -> list[Heard]:
    return [Heard(mailbox, code, NOON - ago) for mailbox in mailboxes]


@pytest.mark.parametrize(("code", "number"), ENOUGH.items())
def test_complaints_of_several_mailboxes_are_meant_for_all(code: str, number: int) -> None:
    mailboxes = [f"user{i}" for i in range(number)]
    assert is_storm(heard(code, *mailboxes), NOON)
    assert not is_storm(heard(code, *mailboxes[1:]), NOON)
    assert not is_storm(heard(code, *mailboxes, ago=STORM), NOON)


def test_one_mailbox_that_is_too_fast_slows_down_nobody_else() -> None:
    assert not is_storm(heard("throttled", "anna", "anna", "anna"), NOON)
    assert not is_storm(heard("unavailable", "anna", "anna", "tobyn") + heard("throttled", "briant"), NOON)


def test_half_of_what_works_stays_and_never_less_than_one() -> None:
    numbers = [slower(None, at_work=at_work, limit=20, now=NOON) for at_work in (20, 13, 3, 2, 1, 0)]
    assert [slowdown and slowdown.to for slowdown in numbers] == [10, 6, 1, 1, 1, 1]


def test_a_quiet_minute_lets_one_more_in_until_the_limit_is_reached() -> None:
    slowdown = Slowdown(6, NOON, NOON)
    after = [slowdown.allowed(NOON + minutes * RISE_EVERY) for minutes in range(4)]
    assert after == [6, 7, 8, 9]
    assert slowdown.allowed(NOON + RISE_EVERY - timedelta(seconds=1)) == 6
    assert not slowdown.is_over(20, NOON + 13 * RISE_EVERY)
    assert slowdown.is_over(20, NOON + 14 * RISE_EVERY)


def test_a_clock_that_went_back_takes_nothing_away() -> None:
    assert Slowdown(6, NOON, NOON).allowed(NOON - timedelta(hours=1)) == 6


def test_what_was_under_way_may_complain_for_a_while_without_further_consequence() -> None:
    slowdown = Slowdown(10, NOON, NOON)
    assert slower(slowdown, at_work=20, limit=20, now=NOON + SETTLE - timedelta(seconds=1)) is None
    again = slower(slowdown, at_work=20, limit=20, now=NOON + SETTLE)
    assert again is not None
    assert again.to == 5


def test_a_slowdown_goes_on_from_where_it_has_risen_to_and_keeps_its_beginning() -> None:
    later = NOON + 4 * RISE_EVERY
    again = slower(Slowdown(6, NOON, NOON), at_work=20, limit=20, now=later)
    assert again == Slowdown(5, later, NOON)


def test_one_that_is_over_begins_anew() -> None:
    later = NOON + 100 * RISE_EVERY
    assert slower(Slowdown(6, NOON, NOON), at_work=20, limit=20, now=later) == Slowdown(10, later, later)


def test_it_settles_near_what_the_server_bears() -> None:
    """A server that bears eight at once, twenty wanted: seldom above, and most of the time well used."""
    slowdown: Slowdown | None = None
    used = []
    for minute in range(240):
        now = NOON + minute * RISE_EVERY
        allowed = min(20, slowdown.allowed(now)) if slowdown else 20
        if allowed > 8:
            slowdown = slower(slowdown, at_work=allowed, limit=20, now=now) or slowdown
        used.append(allowed)
    steady = used[60:]
    assert max(steady) <= 9
    assert sum(steady) / len(steady) > 5
