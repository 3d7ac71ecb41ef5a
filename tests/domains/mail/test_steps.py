"""The MX change as people read it: five steps, each with what is known of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domains.dns.mx import Stage, Standing
from domains.mail.steps import lifetime, steps

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def places(stage: Stage, low_since: datetime | None) -> str:
    return " ".join(
        step.place
        for step in steps(
            Standing(stage, ttl=3600, low_since=low_since, caches_low_at=low_since, was_low=bool(low_since)), NOON
        )
    )


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        (Stage.NOT_STARTED, "now ahead ahead ahead ahead"),
        (Stage.TTL_LOWERED, "done ahead ahead ahead ahead"),
        (Stage.CHANGING, "done now ahead ahead ahead"),
        (Stage.SPREADING, "done done now ahead ahead"),
        (Stage.SETTLED, "done done now ahead ahead"),
        (Stage.WAITING, "done done done now ahead"),
        (Stage.SAFE, "done done done done done"),
    ],
)
def test_each_stage_has_its_place_in_the_row(stage: Stage, shown: str) -> None:
    assert places(stage, None if stage == Stage.NOT_STARTED else NOON - DAY) == shown


def test_a_lifetime_that_was_not_seen_low_before_the_change_has_no_tick() -> None:
    assert places(Stage.CHANGING, None) == "unseen now ahead ahead ahead"
    changing = Standing(Stage.CHANGING, changed=1, servers=2, ttl=86400)
    assert lifetime(changing, NOON).startswith("It was not seen low before the MX change")


def test_a_single_name_server_is_not_counted() -> None:
    changed = Standing(Stage.SPREADING, changed=1, servers=1, ttl=600, changed_at=NOON, old_seen=True)
    assert steps(changed, NOON)[1].words == "Changed at the name server since 2 March 2026 12:00 UTC."


def test_a_long_lifetime_is_to_be_lowered() -> None:
    words = lifetime(Standing(Stage.NOT_STARTED, ttl=86400), NOON)
    assert words.startswith("It is 86400 seconds. Lower it to 3600 or less")


def test_the_adviser_tells_when_caches_have_forgotten_the_former_lifetime() -> None:
    lowered = Standing(
        Stage.TTL_LOWERED, ttl=3600, low_since=NOON - HOUR, caches_low_at=NOON + 23 * HOUR, former_known=True
    )
    assert steps(lowered, NOON)[0].place == "now"
    assert "Caches of the former value will have expired by 3 March 2026 11:00 UTC: wait for it." in lifetime(
        lowered, NOON
    )
    assert "No cache has the former value any more." in lifetime(lowered, NOON + DAY)


def test_a_former_lifetime_that_nobody_saw_is_called_unknown() -> None:
    lowered = Standing(Stage.TTL_LOWERED, ttl=300, low_since=NOON, caches_low_at=NOON + DAY)
    assert "What it was before is not known, and caches may still have it" in lifetime(lowered, NOON)
    assert "What it was before is not known; most caches" in lifetime(lowered, NOON + DAY)


def test_without_an_mx_record_there_is_nothing_to_lower() -> None:
    assert lifetime(Standing(Stage.NOT_STARTED, servers=2), NOON) == "There is no MX record whose TTL could be lowered."


def test_while_old_answers_are_given_the_72_hours_have_not_begun() -> None:
    spreading = Standing(
        Stage.SPREADING, changed_at=NOON, settles_at=NOON + HOUR, safe_at=NOON + HOUR + 3 * DAY, old_seen=True
    )
    assert steps(spreading, NOON)[3].words == (
        "They have not begun yet, as the old answer may still be given: they are not over before "
        "5 March 2026 13:00 UTC, 3 d 1 h from now."
    )


def test_afterwards_it_reminds_to_raise_it_again() -> None:
    assert "Raise the TTL" in lifetime(Standing(Stage.SAFE, ttl=600, low_since=NOON), NOON + 4 * DAY)


def test_some_of_the_servers_are_counted() -> None:
    changing = steps(Standing(Stage.CHANGING, changed=1, servers=2, ttl=600), NOON)
    assert changing[1].words == "Changed at 1 of 2 name servers."


def test_the_72_hours_are_counted_down_from_the_last_old_answer() -> None:
    waiting = Standing(
        Stage.WAITING,
        changed=2,
        servers=2,
        ttl=600,
        changed_at=NOON,
        settles_at=NOON,
        last_old_at=NOON,
        safe_at=NOON + 3 * DAY,
        old_seen=True,
    )
    words = steps(waiting, NOON + HOUR)[3].words
    assert words == (
        "The old answer was given or in a cache until 2 March 2026 12:00 UTC; 72 hours later it is 5 March 2026 12:00 UTC, "
        "2 d 23 h from now."
    )
