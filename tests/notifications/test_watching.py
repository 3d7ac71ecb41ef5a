"""What happens to batches is noticed, and told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.models import MigrationBatch, MigrationUser
from batches.services import move_to_batch
from batches.states import Decision
from notifications.models import Event, Mail
from notifications.watching import look
from tests.batches.examples import NOON, make_batch, make_user, make_users

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=1)


def watched(name: str = "StagedBatch1", **fields: Any) -> MigrationBatch:
    return make_batch(name, notification_emails=["it@contoso.com"], **fields)


def kinds(batch: MigrationBatch) -> list[str]:
    return list(batch.events.order_by("pk").values_list("kind", flat=True))


def all_become(batch: MigrationBatch, status: str) -> None:
    batch.users.update(status=status)


def test_nothing_is_told_of_a_batch_that_was_never_started() -> None:
    batch = watched(decision=Decision.CREATED, started_at=None)
    make_user(batch)
    look(NOON + timedelta(days=9))
    assert kinds(batch) == []


def test_nothing_is_told_of_a_batch_that_waits_for_its_time() -> None:
    batch = watched(start_after=NOON + timedelta(days=30))
    make_user(batch)
    look(NOON + timedelta(days=9))
    assert kinds(batch) == []


def test_the_start_is_told_when_all_mailboxes_have_had_a_turn() -> None:
    batch = watched()
    first, second = make_users(batch, 2)
    look(SOON)
    assert kinds(batch) == []
    MigrationUser.objects.filter(pk=first.pk).update(status="syncing")
    MigrationUser.objects.filter(pk=second.pk).update(status="failed")
    look(SOON)
    look(SOON)
    assert kinds(batch) == ["started"]
    assert batch.events.get().facts["failed"] == 1


def test_the_start_is_told_after_ten_minutes_at_the_latest() -> None:
    batch = watched()
    make_users(batch, 2)
    look(NOON + timedelta(minutes=9))
    assert kinds(batch) == []
    look(NOON + timedelta(minutes=10))
    assert kinds(batch) == ["started"]


def test_the_end_of_all_first_copies_is_told_once_and_again_for_mailboxes_that_are_added() -> None:
    batch = watched()
    make_users(batch, 2, status="synced")
    look(SOON)
    all_become(batch, "incremental_syncing")
    look(SOON)
    assert kinds(batch) == ["started", "finished"]
    make_user(batch, "late@contoso.com", status="syncing")
    look(SOON)
    batch.users.update(status="synced", first_synced_at=SOON + timedelta(minutes=1))
    look(SOON + timedelta(minutes=2))
    assert kinds(batch) == ["started", "finished", "finished"]
    assert [event.facts["total"] for event in batch.events.filter(kind="finished").order_by("pk")] == [2, 3]


def test_a_mailbox_that_is_moved_in_with_its_first_copy_ends_nothing_again() -> None:
    batch = watched()
    make_user(batch, status="synced", first_synced_at=NOON)
    look(SOON)
    make_user(batch, "moved@contoso.com", status="synced", first_synced_at=NOON)
    look(SOON + timedelta(minutes=1))
    assert kinds(batch) == ["started", "finished"]
    make_user(batch, "late@contoso.com", status="synced", first_synced_at=SOON + timedelta(minutes=2))
    look(SOON + timedelta(minutes=3))
    assert kinds(batch) == ["started", "finished", "finished"]


def test_a_mailbox_that_ended_elsewhere_and_was_moved_in_later_ends_nothing_again() -> None:
    batch, other = watched(), watched("Own1")
    make_user(batch, status="synced", first_synced_at=NOON)
    look(SOON)
    ended: list[dict[str, Any]] = [
        {"status": "synced", "first_synced_at": SOON + timedelta(minutes=1)},
        {"status": "failed"},
    ]
    moved = [
        make_user(other, f"moved{number}@contoso.com", status_at=SOON + timedelta(minutes=1), **how)
        for number, how in enumerate(ended)
    ]
    move_to_batch(other, [user.pk for user in moved], batch.pk, by=None)
    look(SOON + timedelta(minutes=2))
    assert kinds(batch) == ["started", "finished"]


def test_a_report_comes_at_the_interval_of_the_batch() -> None:
    batch = watched(report_interval_hours=12)
    make_user(batch, status="syncing")
    for hours in (11, 12, 13, 23, 25, 36):
        look(NOON + timedelta(hours=hours))
    assert [event.at for event in batch.events.filter(kind="report").order_by("pk")] == [
        NOON + timedelta(hours=hours) for hours in (12, 25)
    ]
    MigrationBatch.objects.update(report_interval_hours=0)
    look(NOON + timedelta(days=90))
    assert batch.events.filter(kind="report").count() == 2


def test_a_batch_that_stops_by_itself_is_told_each_time_it_does() -> None:
    batch = watched(decision=Decision.STOPPED, attention="sign_in_failures")
    make_user(batch, status="stopped")
    look(SOON)
    look(SOON)
    assert kinds(batch) == ["stopped"]
    MigrationBatch.objects.update(decision=Decision.STARTED, attention="")
    look(SOON)
    MigrationBatch.objects.update(decision=Decision.STOPPED, attention="sign_in_failures")
    look(SOON)
    assert kinds(batch).count("stopped") == 2


def test_who_stops_a_batch_needs_not_be_told() -> None:
    batch = watched(decision=Decision.STOPPED)
    make_user(batch, status="stopped")
    look(SOON)
    assert kinds(batch) == []


@pytest.mark.parametrize(("failed", "of", "told"), [(2, 4, False), (3, 9, True), (3, 40, False), (4, 40, True)])
def test_many_failures_are_told_while_the_others_go_on(failed: int, of: int, told: bool) -> None:
    batch = watched()
    make_users(batch, of, status="syncing")
    failing = batch.users.values("pk")[:failed]
    MigrationUser.objects.filter(pk__in=list(failing.values_list("pk", flat=True))).update(status="failed")
    look(SOON)
    assert ("failures" in kinds(batch)) is told


def test_failures_at_the_end_are_told_by_the_last_report_alone() -> None:
    batch = watched()
    make_users(batch, 5, status="failed")
    look(SOON)
    assert kinds(batch) == ["started", "finished"]


def test_a_server_that_does_not_answer_is_told_with_its_words() -> None:
    batch = watched()
    wait = {"wait_code": "connection_refused", "wait_side": "target", "wait_words": "Connection refused"}
    make_users(batch, 2, retries=3, **wait)
    look(SOON)
    assert kinds(batch) == []
    make_user(batch, "third@contoso.com", retries=5, **wait)
    look(SOON)
    look(SOON)
    assert kinds(batch) == ["unreachable"]
    assert batch.events.get().facts["words"] == "Connection refused"
    batch.users.update(wait_code="", wait_side="", wait_words="")
    look(SOON)
    assert not Event.objects.filter(kind="unreachable", closed_at=None).exists()


def test_two_who_look_at_once_tell_it_once() -> None:
    batch = watched()
    make_user(batch, status="synced")
    look(SOON)
    Event.objects.filter(kind="started").delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notifications.watching._open_events", lambda: {batch.pk: {}})  # as the other one saw it before
        look(SOON)
    assert kinds(batch) == ["finished", "started"]
    assert Mail.objects.filter(event__kind="finished").count() == 1


def test_looking_costs_the_same_however_many_batches_there_are() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            look(SOON)
        return len(caught)

    make_users(watched(), 2, status="synced")
    look(SOON)
    few = queries()
    for number in range(5):
        make_user(watched(f"More{number}"), status="synced")
    look(SOON)
    assert queries() == few
