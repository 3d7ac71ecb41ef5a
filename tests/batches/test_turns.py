"""A worker that has a place works on one mailbox after the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from batches import keeper, turns
from batches.models import MigrationBatch, MigrationUser
from tests.batches.examples import make_batch, make_user
from tests.batches.mailboxes import SECRET, Migration, new_address


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, the turn lasts."""
    monkeypatch.setattr(turns, "TURN", 3600.0)


def others(migration: Migration, number: int = 2) -> list[MigrationUser]:
    """More users of the batch, with mailboxes that are empty, once its credentials have proved themselves."""
    MigrationBatch.objects.update(signed_in_at=timezone.now() + timedelta(days=2))
    addresses = [new_address(migration.old, migration.new) for _ in range(number)]
    return [make_user(migration.batch, name, source_password=SECRET, target_password=SECRET) for name in addresses]


def statuses() -> list[str]:
    return list(MigrationUser.objects.order_by("pk").values_list("status", flat=True))


def test_one_nudge_is_enough_for_all_that_are_due(migration: Migration) -> None:
    others(migration)
    migration.slice()
    assert statuses() == ["synced"] * 3
    migration.later = timedelta(hours=25)
    migration.slice()
    assert not MigrationUser.objects.filter(last_synced_at__lt=migration.now() - timedelta(hours=1)).exists()
    assert not MigrationUser.objects.exclude(lease="").exists()


def test_when_its_time_is_over_others_get_the_place(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", 0.0)
    (other,) = others(migration, 1)
    migration.slice()
    other.refresh_from_db()
    assert (other.status, other.lease) == ("queued", "")
    assert other.nudged_at is not None


def test_a_mailbox_that_fails_ends_the_turn(migration: Migration) -> None:
    others(migration, 1)
    MigrationUser.objects.filter(pk=migration.user.pk).update(source_password="wrong")
    migration.slice()
    assert statuses() == ["failed", "queued"]


def test_a_worker_that_was_told_to_end_takes_no_further_mailbox(migration: Migration) -> None:
    migration.slice()
    others(migration, 1)
    migration.later = timedelta(hours=25)
    keeper.shutting_down.set()
    try:
        migration.slice()
    finally:
        keeper.shutting_down.clear()
    assert statuses() == ["synced", "queued"]


def test_other_batches_are_left_to_others(migration: Migration) -> None:
    batch = make_batch("Other", source=migration.source, target=migration.target)
    make_user(batch, new_address(migration.old, migration.new), source_password=SECRET, target_password=SECRET)
    migration.slice()
    assert statuses() == ["synced", "queued"]
    assert MigrationUser.objects.get(batch=batch).nudged_at is not None


def test_who_was_nudged_is_left_to_the_worker_that_comes(migration: Migration) -> None:
    (other,) = others(migration, 1)
    MigrationUser.objects.filter(pk=other.pk).update(nudged_at=timezone.now())
    migration.slice()
    assert statuses() == ["synced", "queued"]
