"""Made-up batches show every page what a large organization would, and never mix with real ones by accident."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from batches.models import MigrationBatch, MigrationUser
from batches.states import USER_GRAPH
from tests.batches.examples import make_batch

pytestmark = pytest.mark.django_db


def test_as_many_are_made_as_were_asked_for() -> None:
    call_command("makesampledata", batches=12, users=130)
    assert MigrationBatch.objects.count() == 12
    assert {batch.users.count() for batch in MigrationBatch.objects.all()} == {10, 11}
    assert MigrationUser.objects.count() == 130


def test_every_history_is_one_that_could_have_been() -> None:
    call_command("makesampledata", batches=10, users=300)
    for user in MigrationUser.objects.prefetch_related("status_changes"):
        first, *moves = user.status_changes.all()
        assert first.old == ""
        assert all(move.new in USER_GRAPH[move.old] for move in moves if move.old == "syncing")
        assert [first, *moves][-1].new == user.status


def test_the_pages_can_show_them(manager_client: Client) -> None:
    call_command("makesampledata", batches=10, users=50)
    batch = MigrationBatch.objects.get(name__endswith="-0003")
    for url in (reverse("batches:list"), reverse("batches:users", args=[batch.pk]), reverse("overview:start")):
        assert manager_client.get(url).status_code == 200


def test_real_batches_are_not_buried_under_made_up_ones() -> None:
    make_batch("StagedBatch1")
    with pytest.raises(CommandError, match="batches already"):
        call_command("makesampledata", batches=1, users=1)
    call_command("makesampledata", batches=1, users=1, force=True)
    assert MigrationBatch.objects.count() == 2


@pytest.mark.parametrize(("batches", "users"), [(0, 0), (3, 2), (-1, 5)])
def test_impossible_numbers_are_refused(batches: int, users: int) -> None:
    with pytest.raises(CommandError, match="at least"):
        call_command("makesampledata", batches=batches, users=users)
