"""Two workers never get the same mailbox, and limits are never exceeded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from batches.leases import (
    TRUST_SIGN_IN,
    Lease,
    LeaseLost,
    Refusal,
    free_places,
    hold,
    renew,
    take,
    working_users,
)
from batches.models import MigrationBatch, MigrationUser
from batches.passing import pass_on
from batches.states import Decision, UserStatus
from endpoints.capacity import in_use
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user, make_users

LATER = NOON + timedelta(minutes=10)
pytestmark = pytest.mark.django_db


def taken(user: MigrationUser) -> Lease:
    lease = take(user.pk, NOON)
    assert isinstance(lease, Lease)
    return lease


def test_a_due_user_of_a_started_batch_can_be_taken_once() -> None:
    user = make_user(make_batch())
    lease = taken(user)
    assert take(user.pk, NOON) == Refusal("taken")
    stored = MigrationUser.objects.get()
    assert stored.lease == lease.token
    assert stored.lease_until is not None
    assert stored.lease_until > NOON


def test_a_lease_that_has_run_out_can_be_taken_by_somebody_else() -> None:
    user = make_user(make_batch(), status=UserStatus.SYNCED, first_synced_at=NOON)
    first, second = taken(user), take(user.pk, LATER)
    assert isinstance(second, Lease)
    with pytest.raises(LeaseLost):
        renew(first, LATER)
    renew(second, LATER)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"due_at": LATER}, "not_due"),
        ({"due_at": None}, "not_due"),
        ({"status": UserStatus.FAILED}, "not_due"),
        ({"status": UserStatus.STOPPED}, "not_due"),
        ({"status": UserStatus.SYNCING}, "not_due"),
    ],
)
def test_a_user_that_is_not_due_is_not_taken(fields: dict[str, Any], code: str) -> None:
    assert take(make_user(make_batch(), **fields).pk, NOON) == Refusal(code)


@pytest.mark.parametrize("decision", [Decision.CREATED, Decision.STOPPED, Decision.REMOVING])
def test_no_user_of_a_batch_that_is_not_started_is_taken(decision: str) -> None:
    assert take(make_user(make_batch(decision=decision)).pk, NOON) == Refusal("not_started")


def test_a_deleted_user_is_not_taken() -> None:
    user = make_user(make_batch())
    user_id = user.pk
    user.delete()
    assert take(user_id, NOON) == Refusal("gone")


@pytest.mark.parametrize("side", ["source", "target"])
def test_the_limit_of_either_endpoint_binds(side: str) -> None:
    narrow = make_endpoint("NARROW", max_concurrent_migrations=2, max_concurrent_incremental_syncs=1)
    fields: dict[str, Any] = {side: narrow}
    users = make_users(make_batch(**fields), 3)
    assert [isinstance(take(user.pk, NOON), Lease) for user in users] == [True, True, False]
    assert take(users[2].pk, NOON) == Refusal("limit")


def test_the_limit_counts_the_mailboxes_of_all_batches() -> None:
    narrow = make_endpoint("NARROW", max_concurrent_migrations=2, max_concurrent_incremental_syncs=1)
    first, second = make_batch("A", source=narrow), make_batch("B", target=narrow)
    for batch in (first, second):
        taken(make_user(batch))
    assert take(make_user(first, "tobyn@contoso.com").pk, NOON) == Refusal("limit")
    assert in_use(narrow, NOON, initial=True) == 2


def test_initial_and_incremental_syncs_have_limits_of_their_own() -> None:
    narrow = make_endpoint("NARROW", max_concurrent_migrations=1, max_concurrent_incremental_syncs=1)
    batch = make_batch(source=narrow)
    taken(make_user(batch))
    taken(make_user(batch, "tobyn@contoso.com", status=UserStatus.SYNCED, first_synced_at=NOON))
    assert [free_places(narrow, NOON, initial=initial) for initial in (True, False)] == [0, 0]


def test_lowering_a_limit_sends_nobody_away() -> None:
    narrow = make_endpoint("NARROW", max_concurrent_migrations=3, max_concurrent_incremental_syncs=1)
    leases = [taken(user) for user in make_users(make_batch(source=narrow), 3)]
    narrow.max_concurrent_migrations = 1
    narrow.save()
    for lease in leases:
        renew(lease, NOON)
    assert free_places(narrow, NOON, initial=True) == 0


def test_a_place_is_free_again_when_a_lease_has_run_out() -> None:
    narrow = make_endpoint("NARROW", max_concurrent_migrations=1, max_concurrent_incremental_syncs=1)
    first, second = make_users(make_batch(source=narrow), 2)
    taken(first)
    assert isinstance(take(second.pk, LATER), Lease)


@pytest.mark.parametrize(
    "fields", [{"signed_in_at": None}, {"sign_in_failures": 1}, {"signed_in_at": NOON - TRUST_SIGN_IN}]
)
def test_while_nobody_knows_whether_the_credentials_work_one_user_tries_them(fields: dict[str, Any]) -> None:
    first, second = make_users(make_batch(**fields), 2)
    taken(first)
    assert take(second.pk, NOON) == Refusal("sign_in_first")


def test_what_is_written_under_a_lost_lease_does_not_arrive() -> None:
    user = make_user(make_batch())
    with pytest.raises(LeaseLost):
        hold(Lease(user.pk, "not mine"), items_synced=7)
    assert MigrationUser.objects.get().items_synced == 0


def test_a_place_passes_to_the_next_due_user_of_the_same_kind_and_batch() -> None:
    batch = make_batch()
    make_user(make_batch("Other"), "other@contoso.com", due_at=NOON - timedelta(hours=1))
    make_user(batch, "synced@contoso.com", status=UserStatus.SYNCED, first_synced_at=NOON)
    make_user(batch, "later@contoso.com", due_at=LATER)
    make_user(batch, "taken@contoso.com", lease="somebody", lease_until=LATER)
    second, first = make_user(batch, "b@contoso.com"), make_user(batch, due_at=NOON - timedelta(minutes=1))
    places = [pass_on(batch, NOON, initial=True) for _ in range(3)]
    assert [place and place[0] for place in places] == [first, second, None]
    assert working_users(NOON).count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": Decision.STOPPED},
        {"signed_in_at": None},
        {"signed_in_at": NOON - TRUST_SIGN_IN},
        {"sign_in_failures": 1},
    ],
)
def test_a_place_is_not_passed_on_in_a_batch_that_is_stopped_or_whose_credentials_are_in_doubt(
    fields: dict[str, Any],
) -> None:
    make_user(batch := make_batch(**fields))
    assert pass_on(batch, NOON, initial=True) is None


@pytest.mark.django_db(transaction=True)
def test_workers_that_pass_on_at_once_never_give_the_same_user_to_two() -> None:
    batch = make_batch()
    make_users(batch, 6)
    places = at_once([lambda: pass_on_in_a_transaction(batch)] * 8)
    given = [place[0].pk for place in places if isinstance(place, tuple)]
    assert len(given) == len(set(given)) == working_users(NOON).count() > 0


def pass_on_in_a_transaction(batch: MigrationBatch) -> object:
    with transaction.atomic():
        return pass_on(batch, NOON, initial=True)


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_for_one_user_get_it_once() -> None:
    user = make_user(make_batch())
    outcomes = at_once([lambda: take(user.pk, NOON)] * 8)
    assert sum(isinstance(outcome, Lease) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_for_the_last_places_never_exceed_a_limit() -> None:
    narrow = make_endpoint("NARROW", max_concurrent_migrations=3, max_concurrent_incremental_syncs=1)
    batches = [make_batch("A", source=narrow), make_batch("B", target=narrow)]
    users = [user for batch in batches for user in make_users(batch, 6)]
    outcomes = at_once([lambda user=user: take(user.pk, NOON) for user in users])  # type: ignore[misc]
    assert sum(isinstance(outcome, Lease) for outcome in outcomes) == 3
    assert working_users(NOON).count() == 3


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Each call in a thread of its own, begun together; what they return."""
    outcomes: list[object] = []
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            outcomes.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(calls)
    return outcomes
