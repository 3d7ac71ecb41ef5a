"""The graph of a user's status, and what a batch shows because of its users."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batches.models import MigrationUser, StatusChange
from batches.moves import move_user, move_users
from batches.states import (
    DECISION_GRAPH,
    REST,
    RUNNING,
    USER_GRAPH,
    WORKING,
    BatchStatus,
    Decision,
    UserStatus,
    batch_status,
)
from core.states import ForbiddenMove, StaleState
from tests.batches.examples import NOON, make_batch, make_user, make_users

LATER, EARLIER = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
EDGES = [(old, new) for old, following in USER_GRAPH.items() for new in following]
NO_EDGES = [(old, new) for old in UserStatus.values for new in UserStatus.values if new not in USER_GRAPH[old]]


def test_every_status_has_its_place_in_the_graph() -> None:
    assert set(USER_GRAPH) == set(UserStatus.values)
    assert {new for _, new in EDGES} == set(UserStatus.values)
    assert set(DECISION_GRAPH) == set(Decision.values)


def test_every_status_can_be_reached_from_queued_and_every_status_can_get_to_synced() -> None:
    assert _reachable("queued") == set(UserStatus.values)
    assert all("synced" in _reachable(status) for status in UserStatus.values)


def _reachable(status: str) -> set[str]:
    seen, ahead = {status}, [status]
    while ahead:
        new = USER_GRAPH[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def test_a_person_can_stop_a_user_in_every_status_that_waits_or_works() -> None:
    stopping = {old for old, new in EDGES if new in {"stopping", "stopped"}}
    assert {*RUNNING, "queued", "synced"} <= stopping


def test_whoever_works_has_a_place_to_go_back_to() -> None:
    assert set(REST) == WORKING
    assert all(rest in USER_GRAPH[status] for status, rest in REST.items())


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), EDGES)
def test_each_allowed_move_leaves_a_row_that_tells_of_it(old: str, new: str) -> None:
    user = make_user(make_batch(), status=old)
    move_user(user, new, at=LATER, reason="hung_up", words="* BYE", due_at=NOON)
    stored = MigrationUser.objects.get()
    change = StatusChange.objects.latest("pk")
    assert (stored.status, stored.status_at, stored.due_at, user.status) == (new, LATER, NOON, new)
    assert (change.old, change.new, change.at, change.reason, change.words) == (old, new, LATER, "hung_up", "* BYE")


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), NO_EDGES)
def test_any_other_move_is_refused_and_leaves_nothing(old: str, new: str) -> None:
    user = make_user(make_batch(), status=old)
    with pytest.raises(ForbiddenMove):
        move_user(user, new, at=LATER)
    assert (MigrationUser.objects.get().status, StatusChange.objects.count()) == (old, 1)


@pytest.mark.django_db
def test_who_comes_too_late_moves_nothing() -> None:
    user = make_user(make_batch())
    move_user(MigrationUser.objects.get(), "stopped", at=LATER)
    with pytest.raises(StaleState):
        move_user(user, "validating", at=LATER)
    assert (MigrationUser.objects.get().status, StatusChange.objects.count()) == ("stopped", 2)


@pytest.mark.django_db
def test_many_users_move_together_and_those_without_an_edge_stay() -> None:
    batch = make_batch()
    make_users(batch, 1200)
    batch.users.filter(position__lt=12).update(status="failed")
    assert move_users(batch.users.all(), "validating", at=LATER) == 1190
    assert batch.users.filter(status="validating", status_at=LATER).count() == 1190
    assert StatusChange.objects.filter(new="validating", old="queued").count() == 1190
    assert batch.users.filter(status="failed", status_at=NOON).count() == 10


SHOWN = [
    ("created", {"queued": 3}, None, "created"),
    ("created", {"queued": 3}, LATER, "created"),
    ("removing", {"synced": 3}, None, "removing"),
    ("removing", {"stopping": 1, "synced": 3}, None, "removing"),
    ("started", {"queued": 3}, LATER, "waiting"),
    ("started", {"queued": 2, "failed": 1}, LATER, "waiting"),
    ("started", {"queued": 3}, EARLIER, "starting"),
    ("started", {"queued": 3}, None, "starting"),
    ("started", {"validating": 1, "queued": 2}, None, "syncing"),
    ("started", {"syncing": 3}, None, "syncing"),
    ("started", {"syncing": 1, "synced": 2}, None, "syncing"),
    ("started", {"syncing": 1}, LATER, "syncing"),
    ("started", {"queued": 1, "synced": 2}, None, "syncing"),
    ("started", {"queued": 1, "failed": 2}, None, "syncing"),
    ("started", {"syncing": 1, "failed": 2, "stopped": 1}, None, "syncing"),
    ("started", {"incremental_syncing": 1, "queued": 1}, None, "syncing"),
    ("started", {"synced": 3}, None, "synced"),
    ("started", {"synced": 3}, LATER, "synced"),
    ("started", {"synced": 2, "stopped": 1}, None, "synced"),
    ("started", {"synced": 2, "failed": 1}, None, "synced_with_errors"),
    ("started", {"synced": 1, "failed": 1, "stopped": 1}, None, "synced_with_errors"),
    ("started", {"incremental_syncing": 1, "synced": 2}, None, "incremental_syncing"),
    ("started", {"incremental_syncing": 1, "failed": 2}, None, "incremental_syncing"),
    ("started", {"stopping": 1, "stopped": 2}, None, "stopping"),
    ("started", {"stopped": 3}, None, "stopped"),
    ("started", {"failed": 3}, None, "failed"),
    ("started", {"failed": 1, "stopped": 2}, None, "failed"),
    ("stopped", {"stopped": 3}, None, "stopped"),
    ("stopped", {"synced": 3}, None, "stopped"),
    ("stopped", {"failed": 3}, None, "stopped"),
    ("stopped", {"stopping": 1, "synced": 2}, None, "stopping"),
    ("stopped", {"syncing": 1, "stopped": 2}, None, "stopping"),
]


@pytest.mark.parametrize(("decision", "counts", "start_after", "shown"), SHOWN)
def test_a_batch_shows_what_its_users_do(
    decision: str, counts: dict[str, int], start_after: object, shown: str
) -> None:
    every = dict.fromkeys(UserStatus.values, 0) | counts
    assert batch_status(decision, counts, start_after=start_after, now=NOON) == shown  # type: ignore[arg-type]
    assert batch_status(decision, every, start_after=start_after, now=NOON) == shown  # type: ignore[arg-type]


def test_the_table_above_shows_every_status_of_a_batch() -> None:
    assert {shown for *_, shown in SHOWN} == set(BatchStatus.values)
