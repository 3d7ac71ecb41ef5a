"""The details of an endpoint: who uses it, and how much of it is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.states import Decision
from endpoints.capacity import Capacity, capacity
from endpoints.models import MigrationEndpoint
from tests.batches.examples import make_batch, make_endpoint, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint() -> MigrationEndpoint:
    return make_endpoint("OLD", max_concurrent_migrations=20, max_concurrent_incremental_syncs=10)


def test_mailboxes_at_work_and_their_extra_pairs_take_places(endpoint: MigrationEndpoint) -> None:
    now = timezone.now()
    soon, batch = now + timedelta(minutes=1), make_batch(source=endpoint)
    make_user(batch, "a@contoso.com", lease="w1", lease_until=soon, extra_pairs=1)
    make_user(batch, "b@contoso.com", lease="w2", lease_until=soon, first_synced_at=now)
    make_user(batch, "c@contoso.com", lease="dead", lease_until=now - timedelta(minutes=1))
    make_user(batch, "d@contoso.com")
    assert capacity(endpoint, now, initial=True) == Capacity(20, 20, 2)
    assert capacity(endpoint, now, initial=False) == Capacity(10, 10, 1)
    assert capacity(batch.target, now, initial=True).free == 18


def test_what_its_complaints_left_of_the_limit_is_what_is_free(endpoint: MigrationEndpoint) -> None:
    now = timezone.now()
    endpoint.slowed_to, endpoint.slowed_at, endpoint.slowed_since = 4, now, now
    lowered = capacity(endpoint, now, initial=True)
    assert (lowered.limit, lowered.free, lowered.is_lowered) == (4, 4, True)


def test_the_details_name_the_batches_with_links_and_what_is_free(
    endpoint: MigrationEndpoint, administrator_client: Client
) -> None:
    running = make_batch("Wave-1", source=endpoint)
    make_batch("Wave-2", target=endpoint, source=running.target, decision=Decision.CREATED)
    make_batch("Gone", source=endpoint, deleted_at=timezone.now())
    answer = administrator_client.get(reverse("endpoints:detail", args=[endpoint.pk]))
    shown = " ".join(answer.content.decode().split())
    assert f'<a href="/batches/{running.pk}/">Wave-1</a> (reads from it, running)' in shown
    assert "Wave-2</a> (writes to it)" in shown
    assert "Gone" not in shown
    assert "now 0 in use, 20 free" in shown
