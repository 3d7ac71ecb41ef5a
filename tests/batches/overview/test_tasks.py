"""What the system finds out about each task of the migration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from batches.models import BatchDraft
from batches.overview.checklist import Finding, Line, State, checklist
from batches.overview.situation import situation
from batches.overview.tasks import BY_KEY, TASKS
from batches.states import Decision
from core.models import Person
from domains.models import Domain
from domains.services import add_domain
from endpoints.models import AvailabilityTest, MigrationEndpoint
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user, make_users

MEASURED = {"own-domain", "list-mailboxes", "connect", "move", "start", "delete-batches"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(administrator: Person) -> Person:
    return administrator


def found(key: str, reader: Person) -> Finding:
    return BY_KEY[key].explain(situation(reader, NOON))


def state(key: str, reader: Person) -> State:
    return found(key, reader).state


def with_test(endpoint: MigrationEndpoint, *, passed: bool = True, hours: int = 1, **fields: Any) -> MigrationEndpoint:
    test = AvailabilityTest.objects.create(endpoint=endpoint, passed=passed, **fields)
    AvailabilityTest.objects.filter(pk=test.pk).update(at=NOON - timedelta(hours=hours))
    return endpoint


def test_the_tasks_are_those_of_the_article_in_its_order(reader: Person) -> None:
    lines = checklist(TASKS, situation(reader, NOON)).lines
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6, 7, 8, None, None, 9, 10, 11]
    assert [line.task.key for line in lines if line.number is None] == ["repeat", "limit-delays"]


def test_every_task_is_measured_or_says_what_to_do_by_hand(reader: Person) -> None:
    for line in checklist(TASKS, situation(reader, NOON)).lines:
        expected = State.NOT_STARTED if line.task.key in MEASURED else State.BY_HAND
        assert (line.task.key, line.finding.state) == (line.task.key, expected)
        assert bool(line.task.steps) is (line.task.key not in MEASURED)


def test_preparing_is_done_when_the_source_let_the_account_in(reader: Person) -> None:
    source, target = make_endpoint("OLD"), make_endpoint("NEW", is_default_target=True)
    with_test(target)
    assert state("prepare", reader) == State.BY_HAND
    with_test(source)
    assert found("prepare", reader).words == "The migration account opened the test mailbox: OLD."
    make_batch(source=make_endpoint("OTHER"), target=target)
    assert state("prepare", reader) == State.BY_HAND


def test_owning_the_domains_counts_those_of_the_mailboxes(reader: Person) -> None:
    make_user(make_batch(), "one@contoso.com")
    make_user(make_batch("Two"), "two@mail.fabrikam.com")
    assert state("own-domain", reader) == State.NOT_STARTED
    contoso = add_domain("contoso.com", by=None)
    fabrikam = add_domain("fabrikam.com", by=None)
    finding = found("own-domain", reader)
    assert (finding.state, finding.words) == (
        State.IN_PROGRESS,
        "0 of 2 domains verified. Not yet: contoso.com and mail.fabrikam.com.",
    )
    Domain.objects.filter(pk=fabrikam.pk).update(verified_at=NOON)
    Domain.objects.filter(pk=contoso.pk).update(asked_at=NOON)
    words = "1 of 2 domains verified. The record of contoso.com has not been seen yet."
    assert found("own-domain", reader).words == words
    Domain.objects.filter(pk=contoso.pk).update(verified_at=NOON)
    assert state("own-domain", reader) == State.DONE
    Domain.objects.filter(pk=contoso.pk).update(gone_since=NOON)
    finding = found("own-domain", reader)
    assert (finding.state, finding.words) == (
        State.DONE,
        "2 of 2 domains verified. The record of contoso.com is gone; it still counts as verified.",
    )


def test_users_are_found_on_the_target_when_their_mail_is(reader: Person) -> None:
    batch = make_batch()
    user = make_user(batch, "one@contoso.com", status="queued")
    make_user(batch, "two@contoso.com", status="synced")
    finding = found("create-users", reader)
    assert (finding.state, finding.words) == (State.IN_PROGRESS, "Found on the target: 1 of 2 mailboxes.")
    batch.users.filter(pk=user.pk).update(status="synced")
    assert state("create-users", reader) == State.DONE
    batch.users.filter(pk=user.pk).update(status="failed", error_code="mailbox_missing", error_side="target")
    assert found("create-users", reader).words == "1 mailbox is missing on the target."


def test_a_list_is_made_when_a_batch_came_of_it(reader: Person) -> None:
    draft = BatchDraft.objects.create(by=reader, csv_name="wave1.csv")
    assert found("list-mailboxes", reader).state == State.ATTENTION
    BatchDraft.objects.update(mailbox_count=12)
    finding = found("list-mailboxes", reader)
    assert finding.words == "wave1.csv lists 12 mailboxes; the batch is not created yet."
    assert finding.action
    assert finding.action.url == f"/batches/new/{draft.pk}/users/"
    draft.delete()
    make_users(make_batch(), 3)
    finding = found("list-mailboxes", reader)
    assert (finding.state, finding.words) == (State.DONE, "3 mailboxes in 1 batch.")


def test_lists_are_in_progress_again_as_long_as_the_next_one_is_unfinished(reader: Person) -> None:
    make_users(make_batch(), 3)
    BatchDraft.objects.create(by=reader, csv_name="wave2.csv")
    assert state("list-mailboxes", reader) == State.IN_PROGRESS
    BatchDraft.objects.update(mailbox_count=12)
    finding = found("list-mailboxes", reader)
    assert finding.state == State.IN_PROGRESS
    assert finding.words == "wave2.csv lists 12 mailboxes; the batch is not created yet."


def test_somebody_elses_draft_is_not_mine(reader: Person, manager: Person) -> None:
    BatchDraft.objects.create(by=manager, csv_name="wave1.csv", mailbox_count=3)
    assert state("list-mailboxes", reader) == State.NOT_STARTED


def test_connecting_is_done_when_both_sides_passed_their_last_test(reader: Person) -> None:
    old = make_endpoint("OLD")
    assert found("connect", reader).words == "OLD is described; the server of the other side is not yet."
    new = make_endpoint("NEW")
    with_test(old)
    assert found("connect", reader).words == "NEW: not tested since the last change."
    with_test(new)
    finding = found("connect", reader)
    assert (finding.state, finding.words) == (State.DONE, "2 endpoints, all tested well within the last day.")
    old.tests.update(at=NOON - timedelta(days=3))
    assert "the oldest test was 3 d ago" in found("connect", reader).words
    with_test(old, passed=False, code="sign_in_failed", hours=0)
    assert found("connect", reader).words == "The last test of OLD failed."
    old.tests.update(outdated=True)
    assert state("connect", reader) == State.IN_PROGRESS


def test_moving_counts_mailboxes_as_the_lists_do(reader: Person) -> None:
    batch = make_batch()
    make_users(batch, 3, status="synced")
    last = make_user(batch, status="syncing")
    finding = found("move", reader)
    assert (finding.state, finding.words) == (State.IN_PROGRESS, "1 batch, 3 of 4 mailboxes synced.")
    batch.users.filter(pk=last.pk).update(status="failed")
    finding = found("move", reader)
    assert (finding.state, finding.words) == (State.ATTENTION, "1 batch, 3 of 4 mailboxes synced. 1 failed.")
    batch.users.update(status="synced")
    assert state("move", reader) == State.DONE


def test_starting_leads_to_the_batch_that_waits(reader: Person) -> None:
    waiting = make_batch("Wave2", decision=Decision.CREATED)
    assert state("start", reader) == State.NOT_STARTED
    make_batch("Wave1")
    finding = found("start", reader)
    assert (finding.state, finding.words) == (State.IN_PROGRESS, "1 of 2 batches started.")
    assert finding.action
    assert (finding.action.label, finding.action.url) == ("Go to Wave2", f"/batches/{waiting.pk}/")
    waiting.decision = Decision.STARTED
    waiting.save()
    assert state("start", reader) == State.DONE
    waiting.attention = "sign_in_failures"
    waiting.save()
    assert found("start", reader).words == "Stopped by itself, to protect accounts: 1 batch."


def test_the_batches_are_deleted_when_none_is_left(reader: Person) -> None:
    make_batch("Wave1", deleted_at=NOON)
    last = make_batch("Wave2")
    assert state("delete-batches", reader) == State.IN_PROGRESS
    last.deleted_at = NOON
    last.save()
    finding = found("delete-batches", reader)
    assert finding.state == State.DONE
    assert finding.words == "2 batches deleted, none left. History and reports stay."


def test_what_comes_next_is_the_first_task_that_is_not_done(reader: Person) -> None:
    with_test(make_endpoint("OLD"))
    found_ = checklist(TASKS, situation(reader, NOON))
    assert isinstance(found_.next, Line)
    assert (found_.done, found_.total, found_.next.task.key) == (1, 11, "own-domain")
