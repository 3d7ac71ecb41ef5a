"""Why a user waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from batches.figures import batch_row
from batches.models import MigrationUser
from batches.states import Decision
from batches.waiting import batch_waits, standstill, waits_briefly, why
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user, make_users

LATER = NOON + timedelta(minutes=65)
pytestmark = pytest.mark.django_db


def narrow() -> Any:
    return make_endpoint("NARROW", max_concurrent_migrations=2, max_concurrent_incremental_syncs=1)


def test_the_limit_that_binds_is_named_with_the_position() -> None:
    batch = make_batch(source=narrow())
    users = make_users(batch, 5)
    MigrationUser.objects.filter(pk__in=[users[0].pk, users[1].pk]).update(status="syncing", **leased(LATER))
    sentence = "2 of 2 connections of NARROW are in use; position %s in the queue."
    assert [why(user, NOON) for user in users[2:]] == [sentence % 1, sentence % 2, sentence % 3]


def test_an_incremental_sync_waits_for_the_limit_of_its_kind() -> None:
    batch = make_batch(target=narrow())
    make_user(batch, status="incremental_syncing", first_synced_at=NOON, **leased(LATER))
    user = make_user(batch, "tobyn@contoso.com", status="synced", first_synced_at=NOON)
    assert why(user, NOON) == "1 of 1 connections of NARROW are in use; position 1 in the queue."


def test_a_pause_says_what_happened_until_when_and_how_often() -> None:
    user = make_user(make_batch(), due_at=LATER, wait_code="hung_up", retries=2)
    with timezone.override("Europe/Amsterdam"):
        sentence = why(user, NOON)
    assert "ended the connection" in sentence
    assert sentence.endswith("It is tried again after 2 March 2026 14:05 CET (try 2 of 8).")


def test_a_full_disk_is_named() -> None:
    assert "disk is full" in why(make_user(make_batch(), due_at=LATER, wait_code="database"), NOON)


def test_a_batch_that_was_not_started_says_so() -> None:
    assert why(make_user(make_batch(decision=Decision.CREATED), due_at=None), NOON) == "The batch has not been started."


def test_a_batch_with_a_time_says_the_time() -> None:
    user = make_user(make_batch(start_after=LATER), due_at=LATER)
    assert why(user, NOON) == "The batch begins after 2 March 2026 13:05 UTC."


def test_the_first_sign_in_of_a_batch_is_waited_for() -> None:
    batch = make_batch(signed_in_at=None)
    first, second = make_users(batch, 2)
    MigrationUser.objects.filter(pk=first.pk).update(status="validating", **leased(LATER))
    assert "is being tried first" in why(second, NOON)


def test_a_due_user_says_that_a_worker_will_come_or_that_none_came() -> None:
    user = make_user(make_batch())
    assert why(user, NOON) == "It is due: the next free worker takes it up."
    assert why(user, LATER).startswith("No worker has taken it up since 2 March 2026 12:00 UTC.")


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "syncing", "lease": "x", "lease_until": LATER},
        {"status": "queued", "lease": "x", "lease_until": LATER},
        {"status": "synced", "due_at": LATER},
        {"status": "synced", "due_at": None},
        {"status": "failed", "due_at": None},
        {"status": "stopped"},
    ],
)
def test_who_does_not_wait_says_nothing(fields: dict[str, Any]) -> None:
    assert why(make_user(make_batch(), **fields), NOON) == ""


def test_a_worker_that_died_is_not_shown_as_working() -> None:
    user = make_user(make_batch(), status="syncing", **leased(NOON))
    words = why(user, NOON)
    assert words.startswith("Its worker has given no sign of life since 2 March 2026 11:59 UTC.")
    assert standstill(user.batch, NOON) == words
    MigrationUser.objects.update(lease_until=LATER)
    user.refresh_from_db()
    assert (why(user, NOON), standstill(user.batch, NOON)) == ("", "")


def test_a_batch_whose_work_nobody_takes_up_says_since_when() -> None:
    batch = make_batch()
    make_user(batch, due_at=NOON)
    assert standstill(batch, NOON + timedelta(seconds=30)) == ""
    assert standstill(batch, LATER).startswith("No worker has taken it up since 2 March 2026 12:00 UTC.")
    make_user(make_batch("Other"), status="syncing", **leased(LATER + timedelta(minutes=1)))
    assert standstill(batch, LATER) == ""


def test_work_that_the_queue_was_told_of_lacks_a_worker_and_other_work_may_lack_the_broker() -> None:
    user = make_user(make_batch())
    without_queue = (
        "No worker has taken it up since 2 March 2026 12:00 UTC. The queue has not been told of it either: look whether the "
        "message broker answers, and whether the scheduler (beat) and a worker are running."
    )
    assert (why(user, LATER), standstill(user.batch, LATER)) == (without_queue, without_queue)
    user.nudged_at = LATER - timedelta(seconds=30)
    user.save()
    told = "No worker has taken it up since 2 March 2026 12:00 UTC. Look whether a worker and the message broker are running."
    assert (why(user, LATER), standstill(user.batch, LATER)) == (told, told)


def test_a_batch_says_which_limit_its_queue_waits_for() -> None:
    batch = make_batch(source=narrow())
    users = make_users(batch, 5)
    MigrationUser.objects.filter(pk__in=[users[0].pk, users[1].pk]).update(status="syncing", **leased(LATER))
    MigrationUser.objects.filter(pk=users[4].pk).update(due_at=LATER, wait_code="hung_up")
    assert batch_waits(batch_row(batch, now=NOON), NOON) == [
        "2 of 2 connections of NARROW are in use, so 2 mailboxes are in the queue.",
        "1 mailbox waits after an error or for its time, and goes on by itself.",
    ]


def test_a_batch_says_that_its_first_sign_ins_come_one_by_one() -> None:
    batch = make_batch(signed_in_at=None)
    users = make_users(batch, 2)
    MigrationUser.objects.filter(pk=users[0].pk).update(status="validating", **leased(LATER))
    assert batch_waits(batch_row(batch, now=NOON), NOON) == [
        "The first sign-ins of the batch are tried one by one, so that no account gets locked."
    ]


@pytest.mark.parametrize("decision", [Decision.CREATED, Decision.STOPPED])
def test_a_batch_that_is_not_started_waits_for_nothing(decision: Decision) -> None:
    batch = make_batch(decision=decision)
    make_user(batch)
    row = batch_row(batch, now=NOON)
    assert (batch_waits(row, NOON), waits_briefly(row, NOON)) == ([], "")


def test_a_list_says_in_a_few_words_what_a_batch_waits_for() -> None:
    later = make_batch(start_after=LATER)
    make_user(later, due_at=LATER)
    assert waits_briefly(batch_row(later, now=NOON), NOON) == "Begins after 2 March 2026 13:05 UTC"
    gone = make_batch("Gone", decision=Decision.STOPPED, attention="sign_in_failures")
    assert waits_briefly(batch_row(gone, now=NOON), NOON) == "Stopped by itself"
    gone.deleted_at = NOON
    assert waits_briefly(batch_row(gone, now=NOON), NOON) == ""
