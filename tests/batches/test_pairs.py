"""A large mailbox uses more connections, where places are free and nobody waits for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from batches.leases import RELEASED, Lease, Refusal, free_places, hold, take
from batches.models import MigrationUser
from batches.pairs import give_back, take_another
from batches.reconcile import nudge_due
from batches.states import UserStatus
from batches.user_details import user_details
from endpoints.capacity import in_use
from endpoints.models import MigrationEndpoint
from mailsync import sharing
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user, make_users
from tests.batches.mailboxes import Migration, mails
from tests.servers.valkey import Valkey

LOOKS = 1  # of the test itself at the target, to compare
MANY = [mail for folder in ("Archief", "Oud", "Verzonden") for mail in mails(60, folder=(folder,))]


def narrow(places: int, **fields: Any) -> MigrationEndpoint:
    given = {"connections_per_mailbox": 4, **fields}
    return make_endpoint("NARROW", max_concurrent_migrations=places, max_concurrent_incremental_syncs=1, **given)


def generous() -> MigrationEndpoint:
    return make_endpoint("GENEROUS", connections_per_mailbox=4)


def taken(user: MigrationUser) -> Lease:
    lease = take(user.pk, NOON)
    assert isinstance(lease, Lease)
    return lease


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "target", "pairs"), [(4, 4, 4), (4, 2, 2), (1, 4, 1)])
def test_the_smaller_number_of_both_endpoints_counts(source: int, target: int, pairs: int) -> None:
    batch = make_batch(
        source=make_endpoint("A", connections_per_mailbox=source),
        target=make_endpoint("B", connections_per_mailbox=target),
    )
    lease = taken(make_user(batch))
    given = [take_another(lease, NOON) for _ in range(4)]
    assert [number for number in given if number] == list(range(2, pairs + 1))


@pytest.mark.django_db
def test_each_pair_takes_a_place_until_it_is_given_back() -> None:
    endpoint = narrow(3)
    lease = taken(make_user(make_batch(source=endpoint, target=generous())))
    assert [take_another(lease, NOON) for _ in range(3)] == [2, 3, 0]
    assert (in_use(endpoint, NOON, initial=True), free_places(endpoint, NOON, initial=True)) == (3, 0)
    give_back(lease)
    assert free_places(endpoint, NOON, initial=True) == 1


@pytest.mark.django_db
def test_no_mailbox_gets_a_place_that_a_pair_has(valkey: Valkey) -> None:
    batch = make_batch(source=narrow(2), target=generous())
    lease = taken(make_user(batch))
    assert take_another(lease, NOON) == 2
    late = make_user(batch, "late@contoso.com")
    assert (take(late.pk, NOON), nudge_due(NOON)) == (Refusal("limit"), 0)
    give_back(lease)
    assert nudge_due(NOON) == 1


@pytest.mark.django_db
def test_mailboxes_that_are_due_come_first() -> None:
    batch = make_batch(source=narrow(3), target=generous())
    first, *others = make_users(batch, 3)
    lease = taken(first)
    assert take_another(lease, NOON) == 0
    for other in others:
        other.due_at = NOON + timedelta(hours=1)
        other.save()
    assert take_another(lease, NOON) == 2


@pytest.mark.django_db
def test_with_the_lease_go_its_pairs() -> None:
    endpoint = narrow(4)
    user = make_user(make_batch(source=endpoint, target=generous()))
    lease = taken(user)
    assert take_another(lease, NOON) == 2
    hold(lease, status=UserStatus.QUEUED, **RELEASED)
    assert (take_another(lease, NOON), in_use(endpoint, NOON, initial=True)) == (0, 0)
    successor = taken(user)
    give_back(lease)
    assert take_another(successor, NOON) == 2


@pytest.fixture
def few_messages_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "PAYS", 50 * sharing.MESSAGE)


@pytest.mark.usefixtures("few_messages_pay")
def test_a_large_mailbox_is_copied_over_two_connections(migration: Migration) -> None:
    migration.put(MANY)
    user = migration.slice()
    assert migration.is_complete()
    assert (user.status, user.items_synced, user.extra_pairs) == ("synced", len(MANY), 0)
    assert user.log.filter(text="There is room for 2 connections to each server.").count() == 1
    assert signed_in(migration) == 2


@pytest.mark.usefixtures("few_messages_pay")
def test_where_one_connection_is_allowed_there_is_one(migration: Migration) -> None:
    MigrationEndpoint.objects.filter(pk=migration.target.pk).update(connections_per_mailbox=1)
    migration.put(MANY)
    assert migration.slice().status == "synced"
    assert migration.is_complete()
    assert signed_in(migration) == 1


def signed_in(migration: Migration) -> int:
    """How often, at the new server."""
    lines = [line for line in migration.new.log.splitlines() if "Login:" in line and migration.user.address in line]
    return len(lines) - LOOKS


@pytest.mark.django_db
def test_the_page_tells_how_many_connections_there_are() -> None:
    user = make_user(make_batch(source=narrow(3), target=generous()))
    lease = taken(user)
    take_another(lease, NOON)
    user = MigrationUser.objects.select_related("batch__source", "batch__target").get(pk=user.pk)
    assert user_details(user, now=NOON, with_subjects=False).connections == 2
    user.lease = ""
    assert user_details(user, now=NOON, with_subjects=False).connections == 0
