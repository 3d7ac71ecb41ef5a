"""Commands on one user of a batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from batches.models import FolderSync, MigrationUser, SkippedItem, StatusChange
from batches.services import NotNow, allowed_user_commands, delete_user, resume_user, stop_user, sync_user_now
from batches.states import Decision, UserStatus
from core.models import AuditEntry, Person
from tests.batches.examples import NOON, make_batch, make_user

pytestmark = pytest.mark.django_db
COMMANDS: dict[str, Callable[..., None]] = {
    "stop": stop_user,
    "resume": resume_user,
    "sync-now": sync_user_now,
    "delete": delete_user,
}
DONE = {"stop": "stop user", "resume": "resume user", "sync-now": "sync user now", "delete": "delete user"}


@pytest.mark.parametrize("decision", Decision.values)
@pytest.mark.parametrize("status", UserStatus.values)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_does_what_the_state_allows_or_says_why_not(
    command: str, status: str, decision: str, administrator: Person
) -> None:
    user = make_user(make_batch(decision=decision), status=status)
    if command in allowed_user_commands(user, user.batch):
        COMMANDS[command](user, by=administrator)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.thing, entry.who) == (DONE[command], "pilarp@contoso.com", administrator)
        assert entry.details["batch"] == "StagedBatch1"
    else:
        with pytest.raises(NotNow) as refusal:
            COMMANDS[command](user, by=administrator)
        assert refusal.value.sentence.endswith(".")
        assert MigrationUser.objects.get().status == status
        assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("status", "new"),
    [("queued", "stopped"), ("synced", "stopped"), ("syncing", "stopping"), ("incremental_syncing", "stopping")],
)
def test_stop_stops_who_waits_and_tells_who_works(status: str, new: str, administrator: Person) -> None:
    user = make_user(make_batch(), status=status)
    stop_user(user, by=administrator)
    change = StatusChange.objects.latest("pk")
    assert (MigrationUser.objects.get().status, change.new, change.by, change.reason) == (
        new,
        new,
        administrator,
        "stop",
    )


@pytest.mark.parametrize(("first_synced_at", "new"), [(None, "queued"), (NOON, "synced")])
@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_resume_goes_on_where_the_user_was(status: str, first_synced_at: Any, new: str, administrator: Person) -> None:
    user = make_user(make_batch(), status=status, first_synced_at=first_synced_at, due_at=None, retries=8)
    resume_user(user, by=administrator)
    stored = MigrationUser.objects.get()
    assert (stored.status, user.status, stored.retries) == (new, new, 0)
    assert stored.due_at is not None


def test_sync_now_makes_the_user_due_and_tries_skipped_items_again_which_stay_listed_until_then(
    administrator: Person,
) -> None:
    user = make_user(make_batch(), status="synced", due_at=timezone.now() + timedelta(hours=20), items_skipped=1)
    FolderSync.objects.create(
        user=user, source=["INBOX"], source_key="k", target=["INBOX"], skipped="7", state={"a": 1}
    )
    SkippedItem.objects.create(user=user, folder="INBOX", folder_key="k", uid=7, kind="too_large", reason="")
    sync_user_now(user, by=administrator)
    stored, folder = MigrationUser.objects.get(), FolderSync.objects.get()
    assert stored.due_at is not None
    assert stored.due_at <= timezone.now()
    assert (folder.skipped, folder.state, stored.items_skipped, SkippedItem.objects.count()) == ("", None, 1, 1)


def test_delete_takes_the_user_away_and_the_audit_log_keeps_what_had_been_done(administrator: Person) -> None:
    user = make_user(make_batch(), status="failed", items_synced=7, items_skipped=2)
    delete_user(user, by=administrator)
    assert MigrationUser.objects.count() == StatusChange.objects.count() == 0
    details = AuditEntry.objects.get().details
    assert (details["synced"], details["skipped"], details["status"]) == (7, 2, "failed")


def test_somebody_elses_change_in_between_is_seen(administrator: Person) -> None:
    user = make_user(make_batch())
    MigrationUser.objects.update(status=UserStatus.SYNCING)
    stop_user(user, by=administrator)
    assert MigrationUser.objects.get().status == UserStatus.STOPPING


def test_a_user_of_a_stopped_batch_is_resumed_by_starting_the_batch(administrator: Person) -> None:
    user = make_user(make_batch(decision=Decision.STOPPED), status="stopped")
    with pytest.raises(NotNow, match="Start the batch"):
        resume_user(user, by=administrator)
