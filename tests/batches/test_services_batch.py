"""Commands on a whole batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from batches.models import MigrationBatch, MigrationUser, StatusChange
from batches.services import (
    NotNow,
    allowed_commands,
    delete_batch,
    resume_user,
    retry_failed,
    start_batch,
    stop_batch,
    sync_now,
)
from batches.states import BatchStatus, Decision
from core.models import AuditEntry, Person
from tests.batches.examples import NOON, leased, make_batch, make_user, statuses

pytestmark = pytest.mark.django_db
COMMANDS: dict[str, Callable[..., Any]] = {
    "start": start_batch,
    "stop": stop_batch,
    "retry": retry_failed,
    "sync-now": sync_now,
    "delete": delete_batch,
}
DONE = {"start": "start batch", "stop": "stop batch", "retry": "retry failed users", "sync-now": "sync batch now"}
DONE["delete"] = "delete batch"


def in_status(shown: str) -> MigrationBatch:
    """A batch that shows this status, with the fewest users that make it so."""
    decision = shown if shown in {"created", "removing"} else Decision.STARTED
    decision = Decision.STOPPED if shown in {"stopped", "stopping"} else decision
    start_after = timezone.now() + timedelta(hours=1) if shown == "waiting" else None
    batch = make_batch(decision=decision, start_after=start_after)
    users = {"created": ["queued"], "waiting": ["queued"], "starting": ["queued"], "removing": ["stopping"]}
    users |= {"failed": ["failed"], "synced_with_errors": ["synced", "failed"], "syncing": ["syncing", "failed"]}
    users |= {"incremental_syncing": ["incremental_syncing", "failed"]}
    for number, status in enumerate(users.get(shown, [shown])):
        synced_at = NOON if status in {"synced", "incremental_syncing"} else None
        lease = leased(timezone.now() + timedelta(minutes=1)) if "ing" in status else {}
        make_user(batch, f"user{number}@contoso.com", status=status, first_synced_at=synced_at, **lease)
    return batch


@pytest.mark.parametrize("shown", BatchStatus.values)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_does_what_the_state_allows_or_says_why_not(
    command: str, shown: str, administrator: Person
) -> None:
    batch = in_status(shown)
    if command in allowed_commands(shown):
        COMMANDS[command](batch, by=administrator)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.thing, entry.who) == (DONE[command], "StagedBatch1", administrator)
    else:
        before = statuses(batch)
        with pytest.raises(NotNow) as refusal:
            COMMANDS[command](batch, by=administrator)
        assert "StagedBatch1" in refusal.value.sentence
        assert refusal.value.sentence.endswith(".")
        assert (statuses(batch), AuditEntry.objects.count()) == (before, 0)


def test_start_makes_every_user_due_and_forgets_old_troubles(administrator: Person) -> None:
    troubles: dict[str, Any] = {"attention": "sign_in_failures", "sign_in_failures": 3}
    batch = make_batch(decision=Decision.CREATED, started_at=None, **troubles)
    make_user(batch, due_at=None)
    start_batch(batch, by=administrator)
    batch = MigrationBatch.objects.get()
    assert (batch.decision, batch.attention, batch.sign_in_failures, batch.signed_in_at) == ("started", "", 0, None)
    assert batch.started_at is not None
    assert batch.users.filter(due_at__lte=timezone.now()).count() == 1


def test_start_of_a_waiting_batch_does_not_wait_any_longer(administrator: Person) -> None:
    batch = in_status("waiting")
    start_batch(batch, by=administrator)
    batch = MigrationBatch.objects.get()
    assert batch.start_after is None
    assert batch.users.filter(due_at__lte=timezone.now()).count() == 1


def test_stop_stops_who_waits_at_once_tells_who_works_and_leaves_who_is_finished(administrator: Person) -> None:
    batch = make_batch()
    for status in ("queued", "validating", "syncing", "incremental_syncing", "synced", "failed", "stopping"):
        make_user(batch, f"{status}@contoso.com", status=status)
    stop_batch(batch, by=administrator)
    assert batch.decision == Decision.STOPPED
    assert statuses(batch) == ["stopped", "stopping", "stopping", "stopping", "synced", "failed", "stopping"]
    assert StatusChange.objects.filter(by=administrator, reason="stop").count() == 4


def test_start_after_a_stop_goes_on_where_each_user_was(administrator: Person) -> None:
    batch = make_batch(decision=Decision.STOPPED)
    make_user(batch, "half@contoso.com", status="stopped", due_at=None, retries=5)
    make_user(batch, "whole@contoso.com", status="stopped", first_synced_at=NOON, due_at=None)
    make_user(batch, "synced@contoso.com", status="synced", first_synced_at=NOON)
    make_user(batch, "failed@contoso.com", status="failed", due_at=None)
    start_batch(batch, by=administrator)
    assert statuses(batch) == ["queued", "synced", "synced", "failed"]
    assert batch.users.filter(due_at__lte=timezone.now(), retries=0).count() == 3
    assert MigrationBatch.objects.get().started_at == NOON


def test_start_of_a_stopped_batch_that_has_only_failed_users_tries_them_again(administrator: Person) -> None:
    batch = make_batch(decision=Decision.STOPPED, attention="sign_in_failures", sign_in_failures=2)
    for number in range(2):
        make_user(batch, f"failed{number}@contoso.com", status="failed", due_at=None, error_code="sign_in_failed")
    start_batch(batch, by=administrator)
    assert statuses(batch) == ["queued", "queued"]
    assert batch.users.filter(due_at__lte=timezone.now()).count() == 2


def test_after_a_stopped_batch_goes_on_its_failed_users_can_be_retried(administrator: Person) -> None:
    batch = make_batch(decision=Decision.STOPPED, attention="sign_in_failures", sign_in_failures=2)
    failed = make_user(batch, status="failed", due_at=None)
    make_user(batch, "stopped@contoso.com", status="stopped", due_at=None)
    with pytest.raises(NotNow, match="Resume the batch first; then this mailbox can be retried"):
        resume_user(failed, by=administrator)
    start_batch(batch, by=administrator)
    resume_user(failed, by=administrator)
    assert statuses(batch) == ["queued", "queued"]


def test_start_of_a_batch_that_runs_with_errors_tries_the_failed_ones_again(administrator: Person) -> None:
    batch = make_batch()
    make_user(batch, "synced@contoso.com", status="synced", first_synced_at=NOON)
    make_user(batch, "never@contoso.com", status="failed", due_at=None, retries=8, error_code="over_quota")
    make_user(batch, "once@contoso.com", status="failed", first_synced_at=NOON)
    start_batch(batch, by=administrator)
    assert statuses(batch) == ["synced", "queued", "synced"]
    never = MigrationUser.objects.get(address="never@contoso.com")
    assert (never.retries, never.error_code) == (0, "over_quota")
    assert never.due_at is not None


def test_retry_tries_only_the_failed_ones(administrator: Person) -> None:
    batch = make_batch()
    for status in ("syncing", "failed", "stopped", "failed"):
        make_user(batch, f"{status}{batch.users.count()}@contoso.com", status=status)
    assert retry_failed(batch, by=administrator) == 2
    assert statuses(batch) == ["syncing", "queued", "stopped", "queued"]


def test_sync_now_makes_synced_users_due(administrator: Person) -> None:
    batch = make_batch()
    make_user(batch, status="synced", first_synced_at=NOON, due_at=timezone.now() + timedelta(hours=20))
    make_user(batch, "tobyn@contoso.com", status="failed", due_at=None)
    assert sync_now(batch, by=administrator) == 1
    assert batch.users.filter(due_at__lte=timezone.now()).count() == 1


def test_a_deleted_batch_keeps_its_history_and_loses_its_passwords(administrator: Person) -> None:
    batch = make_batch()
    make_user(batch, status="synced", source_password="secret", target_password="secret", items_synced=7)
    delete_batch(batch, by=administrator)
    batch = MigrationBatch.objects.get()
    user = batch.users.get()
    assert batch.deleted_at is not None
    assert (user.source_password, user.target_password, user.items_synced) == ("", "", 7)


def test_a_batch_that_is_worked_on_is_deleted_when_the_last_worker_has_let_go(administrator: Person) -> None:
    batch = make_batch()
    user = make_user(batch, status="syncing", source_password="secret", **leased(timezone.now() + timedelta(minutes=1)))
    delete_batch(batch, by=administrator)
    batch = MigrationBatch.objects.get()
    assert (batch.decision, batch.deleted_at, statuses(batch)) == (Decision.REMOVING, None, ["stopping"])
    user.refresh_from_db()
    assert user.source_password == "secret"


def test_a_deleted_batch_takes_no_commands_and_says_so(administrator: Person) -> None:
    batch = make_batch(decision=Decision.REMOVING, deleted_at=timezone.now())
    for command in COMMANDS.values():
        with pytest.raises(NotNow, match="has been deleted"):
            command(batch, by=administrator)


def test_without_failed_users_there_is_nothing_to_retry() -> None:
    assert "retry" not in allowed_commands("syncing", failed=0)
    assert "retry" in allowed_commands("syncing", failed=1)
