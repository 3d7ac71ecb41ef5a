"""How long a pause is, and who decides where a user ends up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batches.endings import MOST_RETRIES, Ending, done, failed, interrupted, paused, settle
from batches.leases import Lease, LeaseLost
from batches.models import MigrationUser, StatusChange
from batches.states import USER_GRAPH, Decision, UserStatus
from core.models import OrganizationSettings
from core.organization import keep
from mailsync.errors import Retry
from tests.batches.examples import NOON, leased, make_batch, make_user

LATER = NOON + timedelta(minutes=5)
HUNG_UP = Retry("hung_up", "* BYE", side="source")


def pause_of(ending: Ending) -> float:
    return float((ending.changes["due_at"] - NOON).total_seconds())


def test_pauses_grow_from_half_a_minute_to_an_hour() -> None:
    pauses = [pause_of(paused(HUNG_UP, "* BYE", number, NOON)) for number in range(MOST_RETRIES)]
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600]


def test_after_the_last_try_the_user_fails_with_the_servers_words() -> None:
    ending = paused(HUNG_UP, "* BYE", MOST_RETRIES, NOON)
    assert ending.status == UserStatus.FAILED
    assert (ending.changes["error_code"], ending.changes["error_words"]) == ("hung_up", "* BYE")
    assert (ending.changes["error_side"], ending.changes["due_at"]) == ("source", None)


@pytest.mark.parametrize(("after", "pause"), [(600, 600), (2, 30), (None, 30), (10**9, 86_400)])
def test_a_server_that_asks_for_patience_gets_it(after: float | None, pause: float) -> None:
    assert pause_of(paused(Retry("throttled", "", after=after), "", 0, NOON)) == pause


def test_synced_users_come_back_after_the_interval_unless_the_batch_wants_no_incremental_syncs(
    db: None,
) -> None:
    keep(OrganizationSettings(incremental_sync_hours=24))
    user = make_user(make_batch())
    assert done(user, NOON).changes["due_at"] == NOON + timedelta(hours=24)
    user.batch.allow_incremental_syncs = False
    assert done(user, NOON).changes["due_at"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "ending", "end"),
    [
        ("syncing", Ending("synced"), "synced"),
        ("incremental_syncing", Ending("synced"), "synced"),
        ("syncing", interrupted("slice", NOON), "queued"),
        ("validating", interrupted("shutdown", NOON), "queued"),
        ("incremental_syncing", interrupted("slice", NOON), "synced"),
        ("stopping", interrupted("stop", NOON), "stopped"),
        ("stopping", Ending("synced"), "stopped"),
        ("stopping", paused(HUNG_UP, "", 0, NOON), "stopped"),
        ("stopping", failed("over_quota", "target", "", NOON), "failed"),
        ("validating", failed("sign_in_failed", "source", "", NOON), "failed"),
        ("stopped", interrupted("stop", NOON), "stopped"),
        ("stopped", Ending("synced"), "stopped"),
        ("queued", interrupted("stop", NOON), "queued"),
        ("synced", Ending("synced"), "synced"),
        ("synced", interrupted("stop", NOON), "synced"),
    ],
)
def test_what_a_person_decided_meanwhile_counts_for_more(status: str, ending: Ending, end: str) -> None:
    user = make_user(make_batch(), status=status, **leased(LATER))
    assert settle(Lease(user.pk, "somebody"), ending, NOON, octets_synced=5) == end
    stored = MigrationUser.objects.get()
    assert (stored.status, stored.lease, stored.lease_until, stored.octets_synced) == (end, "", None, 5)
    assert StatusChange.objects.count() == (1 if status == end else 2)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["validating", "syncing", "incremental_syncing", "queued"])
def test_an_unfinished_user_of_a_batch_that_was_stopped_meanwhile_ends_as_stopped(status: str) -> None:
    user = make_user(make_batch(decision=Decision.STOPPED), status=status, **leased(LATER))
    assert settle(Lease(user.pk, "somebody"), interrupted("slice", NOON), NOON) == "stopped"
    assert "stopped" in USER_GRAPH[status]


@pytest.mark.django_db
def test_who_lost_the_lease_settles_nothing() -> None:
    user = make_user(make_batch(), status="syncing", **leased(LATER))
    with pytest.raises(LeaseLost):
        settle(Lease(user.pk, "somebody else"), Ending("synced"), NOON, octets_synced=5)
    assert (MigrationUser.objects.get().status, MigrationUser.objects.get().octets_synced) == ("syncing", 0)
