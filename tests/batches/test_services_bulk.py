"""Commands on many mailboxes at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches.models import FolderSync, LogLine, MigrationBatch, MigrationUser, SkippedItem, StatusChange, Verification
from batches.services import NotNow, Outcome, command_users, destinations, move_to_batch, refusals, verify_users
from batches.states import Decision, UserStatus
from core.models import AuditEntry, Person
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user, make_users, statuses

pytestmark = pytest.mark.django_db
ALL = ("queued", "validating", "syncing", "synced", "incremental_syncing", "stopping", "stopped", "failed")


def one_of_each(batch: MigrationBatch) -> list[int]:
    return [make_user(batch, f"{status}@contoso.com", status=status).pk for status in ALL]


@pytest.mark.parametrize(
    ("command", "after"),
    [
        (
            "resume",
            ["queued", "validating", "syncing", "synced", "incremental_syncing", "stopping", "queued", "queued"],
        ),
        ("stop", ["stopped", "stopping", "stopping", "stopped", "stopping", "stopping", "stopped", "failed"]),
        ("sync-now", list(ALL)),
        ("delete", ["validating", "syncing", "incremental_syncing", "stopping"]),
    ],
)
def test_each_takes_the_command_that_its_status_allows(command: str, after: list[str], administrator: Person) -> None:
    batch = make_batch()
    ids = one_of_each(batch)
    outcome = command_users(command, batch, ids, by=administrator)
    assert statuses(batch) == after
    assert outcome.done + outcome.refused.total() == len(ALL)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details["users"]) == (f"{command.replace('-', ' ')} users", outcome.done)
    moved = StatusChange.objects.filter(by=administrator).count()
    assert moved == (outcome.done if command in ("resume", "stop") else 0)


def test_who_is_left_out_is_counted_with_the_reason() -> None:
    batch = make_batch()
    make_users(batch, 2, status="synced")
    make_user(batch, status="syncing")
    outcome = command_users("resume", batch, [*batch.users.values_list("pk", flat=True)], by=None)
    assert refusals("resume", outcome) == [
        "2 mailboxes are left as they are (Synced). Only a stopped or failed mailbox can be resumed.",
        "1 mailbox is left as it is (Syncing). Only a stopped or failed mailbox can be resumed.",
    ]
    assert not AuditEntry.objects.exists()


def test_what_was_skipped_is_tried_again_by_those_who_resume() -> None:
    batch = make_batch()
    users = make_users(batch, 2, status="failed", first_synced_at=NOON, items_skipped=1)
    for user in users:
        FolderSync.objects.create(user=user, source=["INBOX"], target=["INBOX"], source_key="k", skipped="1", state={})
        SkippedItem.objects.create(user=user, folder="INBOX", folder_key="k", uid=1, kind="refused", reason="NO")
    assert command_users("resume", batch, [users[0].pk], by=None).done == 1
    assert list(SkippedItem.objects.values_list("user", flat=True)) == [users[1].pk]
    assert list(batch.users.values_list("items_skipped", "status")) == [(0, "synced"), (1, "failed")]
    assert FolderSync.objects.get(user=users[0]).state is None


def test_what_a_stopped_mailbox_skipped_stays_listed_and_counted_until_it_is_tried_again() -> None:
    user = make_user(make_batch(), status="stopped", first_synced_at=NOON, items_skipped=1)
    FolderSync.objects.create(user=user, source=["INBOX"], target=["INBOX"], source_key="k", skipped="1", state={})
    SkippedItem.objects.create(user=user, folder="INBOX", folder_key="k", uid=1, kind="refused", reason="NO")
    command_users("resume", user.batch, [user.pk], by=None)
    user.refresh_from_db()
    assert (user.status, user.items_skipped, user.skipped_items.count()) == ("synced", 1, 1)
    folder = FolderSync.objects.get()
    assert (folder.skipped, folder.state) == ("", None)


def test_users_of_another_batch_are_not_touched() -> None:
    batch, other = make_batch(), make_batch("Other")
    stranger = make_user(other, status="failed")
    assert command_users("resume", batch, [stranger.pk, 10**9], by=None) == Outcome()
    assert statuses(other) == ["failed"]


@pytest.mark.parametrize("command", ["resume", "sync-now"])
def test_a_batch_that_does_not_run_says_so(command: str) -> None:
    batch = make_batch(decision=Decision.STOPPED)
    user = make_user(batch, status="failed")
    with pytest.raises(NotNow, match="is not running"):
        command_users(command, batch, [user.pk], by=None)


def test_a_deleted_batch_takes_no_command() -> None:
    batch = make_batch(decision=Decision.REMOVING, deleted_at=NOON)
    user = make_user(batch, status="synced", first_synced_at=NOON)
    for refused in ("delete", "stop"):
        with pytest.raises(NotNow, match="has been deleted"):
            command_users(refused, batch, [user.pk], by=None)
    with pytest.raises(NotNow, match="has been deleted"):
        verify_users(batch, [user.pk], by=None)
    with pytest.raises(NotNow, match="has been deleted"):
        move_to_batch(batch, [user.pk], make_batch("Other").pk, by=None)


@pytest.mark.parametrize("command", ["stop", "sync-now"])
def test_hundreds_take_as_many_statements_as_a_few(
    command: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch, now = make_batch(), timezone.now()
    rows = [
        MigrationUser(batch=batch, position=i, address=f"u{i}@contoso.com", status=UserStatus.SYNCED, status_at=now)
        for i in range(400)
    ]
    MigrationUser.objects.bulk_create(rows)
    ids = [*batch.users.values_list("pk", flat=True)]
    with django_assert_max_num_queries(30) as few:
        assert command_users(command, batch, ids[:4], by=None).done == 4
    with django_assert_max_num_queries(len(few) + 4):  # SQLite takes fewer parameters at a time
        assert command_users(command, batch, ids[4:], by=None).done == 396


def test_only_what_has_been_copied_is_verified_and_only_once(administrator: Person) -> None:
    batch = make_batch()
    copied = make_users(batch, 3, status="synced", first_synced_at=NOON)
    make_user(batch)
    Verification.objects.create(user=copied[0], asked_at=NOON)
    outcome = verify_users(batch, [*batch.users.values_list("pk", flat=True)], by=administrator)
    assert outcome.done == 2
    assert Verification.objects.filter(by=administrator).count() == 2
    assert refusals("verify", outcome) == [
        "1 mailbox is left as it is. Their verification has been asked for already.",
        "1 mailbox is left as it is. Only a mailbox that has been copied can be verified.",
    ]
    assert AuditEntry.objects.get().details["addresses"] == ["user001@contoso.com", "user002@contoso.com"]


def test_mailboxes_move_with_their_history_and_come_last(administrator: Person) -> None:
    batch, other = make_batch(), make_batch("StagedBatch2", decision=Decision.STOPPED)
    make_user(other, "there@contoso.com", position=7)
    queued, synced = make_user(batch, "q@contoso.com"), make_user(batch, "s@contoso.com", status="synced")
    working = make_user(batch, "w@contoso.com", status="syncing", **leased(NOON))
    outcome, destination = move_to_batch(batch, [queued.pk, synced.pk, working.pk], other.pk, by=administrator)
    assert (outcome.done, dict(outcome.refused), destination) == (2, {"syncing": 1}, other)
    assert refusals("move", outcome)[0].endswith("A mailbox that is worked on has to be stopped first.")
    moved = other.users.order_by("position").values_list("address", "position", "status", "due_at")
    assert list(moved)[1:] == [("q@contoso.com", 8, "queued", None), ("s@contoso.com", 9, "synced", NOON)]
    assert synced.status_changes.count() == 1
    assert LogLine.objects.filter(user=queued).get().text == (
        "Moved from the batch StagedBatch1 to the batch StagedBatch2."
    )
    assert AuditEntry.objects.get().details == {
        "users": 2,
        "addresses": ["q@contoso.com", "s@contoso.com"],
        "into": "StagedBatch2",
    }


def test_who_waits_in_the_queue_begins_when_the_other_batch_does() -> None:
    batch, later = make_batch(decision=Decision.CREATED), NOON + timedelta(days=9_000)
    other = make_batch("Later", start_after=later)
    user = make_user(batch, due_at=None)
    move_to_batch(batch, [user.pk], other.pk, by=None)
    user.refresh_from_db()
    assert user.due_at == later


def test_mailboxes_move_only_between_the_same_servers() -> None:
    batch = make_batch()
    alike = make_batch("Alike")
    elsewhere = make_batch("Elsewhere", target=make_endpoint("THIRD"))
    make_batch("Gone", deleted_at=NOON)
    make_batch("Own passwords", type="imap")
    assert list(destinations(batch)) == [alike]
    with pytest.raises(NotNow, match="between the same two endpoints"):
        move_to_batch(batch, [make_user(batch).pk], elsewhere.pk, by=None)
