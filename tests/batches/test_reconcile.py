"""Finding work in the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from batches.endings import MOST_RETRIES
from batches.leases import Lease, Refusal, take
from batches.models import MigrationBatch, MigrationUser, StatusChange
from batches.reconcile import nudge_due, reconcile
from batches.states import Decision
from core.queue import STALE_AFTER
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user, make_users, statuses
from tests.servers.valkey import Valkey

LATER = NOON + timedelta(minutes=5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def nudged(valkey: Valkey) -> Callable[[], list[int]]:
    """Takes the users out of the queue, in the order in which workers would get them."""

    def take_out() -> list[int]:
        with valkey.client() as client:
            messages = client.lrange("celery", 0, -1)
            client.delete("celery")
        arguments = [json.loads(message)["headers"]["argsrepr"] for message in reversed(messages)]
        return [int(each.strip("(),")) for each in arguments]

    return take_out


def narrow(name: str = "NARROW", places: int = 2) -> Any:
    return make_endpoint(name, max_concurrent_migrations=places, max_concurrent_incremental_syncs=1)


def ids(users: list[MigrationUser]) -> list[int]:
    return [user.pk for user in users]


def test_due_users_are_nudged_in_the_order_of_the_csv_file(nudged: Callable[[], list[int]]) -> None:
    users = make_users(make_batch(), 5)
    reconcile(NOON)
    assert nudged() == ids(users)


def test_no_more_are_nudged_than_there_is_room_for(nudged: Callable[[], list[int]]) -> None:
    users = make_users(make_batch(source=narrow(places=3)), 10)
    make_user(make_batch("B", target=users[0].batch.source), status="syncing", **leased(LATER))
    reconcile(NOON)
    reconcile(NOON)
    assert nudged() == ids(users[:2])


def test_users_of_batches_that_are_not_started_are_left_alone(nudged: Callable[[], list[int]]) -> None:
    for decision in (Decision.CREATED, Decision.STOPPED):
        make_user(make_batch(f"Batch-{decision}", decision=decision))
    reconcile(NOON)
    assert nudged() == []


def test_a_batch_that_waits_for_its_time_begins_when_it_has_come(nudged: Callable[[], list[int]]) -> None:
    user = make_user(make_batch(start_after=LATER), due_at=LATER)
    reconcile(NOON)
    assert nudged() == []
    reconcile(LATER)
    assert nudged() == [user.pk]


def test_batches_take_turns(nudged: Callable[[], list[int]]) -> None:
    source = narrow(places=4)
    first, second = make_batch("A", source=source), make_batch("B", source=source)
    early, late = make_users(first, 6), make_users(second, 6, due_at=NOON + timedelta(seconds=1))
    reconcile(LATER)
    assert nudged() == ids([early[0], late[0], early[1], late[1]])


def test_who_had_a_slice_comes_after_those_who_wait_longer(nudged: Callable[[], list[int]]) -> None:
    users = make_users(make_batch(source=narrow(places=2)), 3)
    users[0].due_at = LATER
    users[0].save()
    reconcile(LATER)
    assert nudged() == ids(users[1:])


def test_initial_and_incremental_syncs_do_not_wait_for_each_other(nudged: Callable[[], list[int]]) -> None:
    batch = make_batch(source=narrow(places=1))
    fresh = make_users(batch, 2)
    synced = make_user(batch, "synced@contoso.com", status="synced", first_synced_at=NOON)
    reconcile(NOON)
    assert sorted(nudged()) == ids([fresh[0], synced])


def test_a_batch_whose_credentials_are_unproved_sends_one_user_ahead(nudged: Callable[[], list[int]]) -> None:
    batch = make_batch(signed_in_at=None)
    users = make_users(batch, 3)
    reconcile(NOON)
    assert nudged() == ids(users[:1])
    MigrationBatch.objects.update(signed_in_at=NOON)
    reconcile(NOON)
    assert nudged() == ids(users[1:])


def test_a_nudge_that_got_lost_is_given_again(nudged: Callable[[], list[int]]) -> None:
    user = make_user(make_batch())
    reconcile(NOON)
    assert nudged() == [user.pk]
    reconcile(NOON + timedelta(seconds=STALE_AFTER - 1))
    assert nudged() == []
    reconcile(NOON + timedelta(seconds=STALE_AFTER))
    assert nudged() == [user.pk]


def test_who_was_nudged_but_found_all_places_taken_is_nudged_again_when_one_is_free(
    nudged: Callable[[], list[int]],
) -> None:
    first, second = make_users(make_batch(source=narrow(places=1)), 2)
    assert isinstance(take(first.pk, NOON), Lease)
    MigrationUser.objects.filter(pk=second.pk).update(nudged_at=NOON)  # by one of two that looked at the same moment
    assert take(second.pk, NOON) == Refusal("limit")
    MigrationUser.objects.filter(pk=first.pk).update(lease="", lease_until=None, due_at=None)
    nudge_due(NOON)
    assert nudged() == [second.pk]


def test_while_the_broker_is_gone_nobody_counts_as_nudged(valkey: Valkey, nudged: Callable[[], list[int]]) -> None:
    user = make_user(make_batch())
    valkey.kill()
    assert nudge_due(NOON) == 0
    valkey.start()
    assert nudge_due(NOON) == 1
    assert nudged() == [user.pk]


@pytest.mark.parametrize(
    ("working", "rest"),
    [
        ("validating", "queued"),
        ("syncing", "queued"),
        ("incremental_syncing", "synced"),
        ("stopping", "stopped"),
    ],
)
def test_a_user_whose_worker_is_gone_goes_back_to_where_it_waits(valkey: Valkey, working: str, rest: str) -> None:
    user = make_user(make_batch(), status=working, **leased(NOON))
    reconcile(LATER)
    stored, change = MigrationUser.objects.get(), StatusChange.objects.latest("pk")
    assert (stored.status, stored.lease, stored.lease_until) == (rest, "", None)
    assert (change.old, change.new, change.reason) == (working, rest, "worker_lost")
    assert "The worker is gone" in user.log.get().text
    assert isinstance(take(user.pk, LATER), Lease) is (rest != "stopped")


def test_a_worker_that_died_before_it_began_leaves_its_user_due(nudged: Callable[[], list[int]]) -> None:
    user = make_user(make_batch(), **leased(NOON))
    reconcile(LATER)
    assert nudged() == [user.pk]


def test_a_user_whose_worker_lives_is_left_alone(valkey: Valkey) -> None:
    make_user(make_batch(), status="syncing", **leased(LATER))
    reconcile(NOON)
    assert MigrationUser.objects.get().status == "syncing"


def test_a_mailbox_that_kills_every_worker_ends_as_failed(valkey: Valkey) -> None:
    user = make_user(make_batch(), status="syncing", retries=MOST_RETRIES, **leased(NOON))
    reconcile(LATER)
    user.refresh_from_db()
    assert (user.status, user.error_code, user.due_at, user.lease) == ("failed", "worker_lost", None, "")


def test_a_deleted_batch_leaves_the_list_when_its_last_worker_is_gone(valkey: Valkey) -> None:
    batch = make_batch(decision=Decision.REMOVING)
    make_user(batch, status="stopping", source_password="secret", **leased(LATER))
    reconcile(NOON)
    assert MigrationBatch.objects.get().deleted_at is None
    reconcile(LATER)
    assert MigrationBatch.objects.get().deleted_at == LATER
    assert (MigrationUser.objects.get().source_password, statuses(batch)) == ("", ["stopped"])


def test_looking_for_work_costs_the_same_however_many_users_there_are(
    valkey: Valkey, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = make_batch(source=narrow(places=1))
    make_users(batch, 300, status="synced", first_synced_at=NOON, due_at=LATER)
    with django_assert_max_num_queries(10):
        reconcile(NOON)
