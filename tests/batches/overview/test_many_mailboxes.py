"""Where there are many mailboxes, sums are kept for a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batches.eta import stretches
from batches.figures import batch_rows
from batches.listing import listed_batches
from batches.models import MigrationUser, ThroughputSample
from batches.overview import volumes
from batches.overview.volumes import KEPT, SETTLED, volume_of_each
from tests.batches.examples import NOON, make_batch, make_users

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are many here."""
    monkeypatch.setattr(volumes, "FEW", 1)
    monkeypatch.setattr(volumes, "_known", {})


def items(after: timedelta = timedelta()) -> int:
    now = NOON + after
    rows = batch_rows(listed_batches(), now=now)
    found = volume_of_each(rows, stretches([row.batch.pk for row in rows], now), now)
    return sum(volume.items for volume in found.values())


def test_they_are_summed_up_anew_when_something_was_copied() -> None:
    batch = make_batch()
    make_users(batch, 2, status="syncing", items_synced=10)
    assert items() == 20
    MigrationUser.objects.update(items_synced=11)
    assert items(2 * SETTLED) == 20
    ThroughputSample.objects.create(batch=batch, minute=NOON, items=2)
    assert items(2 * SETTLED) == 22


def test_they_are_summed_up_anew_when_statuses_change_or_it_is_long_ago() -> None:
    make_users(make_batch(), 2, status="syncing", items_synced=10)
    assert items() == 20
    MigrationUser.objects.update(items_synced=11, status="synced")
    assert items(SETTLED - SECOND) == 20
    assert items(SETTLED) == 22
    MigrationUser.objects.update(items_synced=12)
    assert items(SETTLED + KEPT) == 24
