"""Creating a batch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from batches.csv_import import CsvRow
from batches.models import BatchDraft, MigrationBatch, MigrationUser, StartMode, StatusChange
from batches.services import NotNow, addresses_in_use, create_batch
from batches.states import Decision
from core.models import AuditEntry, Person
from tests.batches.examples import make_batch, make_endpoint, make_user

pytestmark = pytest.mark.django_db
ROWS = [
    CsvRow(2, "pilarp@contoso.com", password="Pa$$w0rd", force_change_password=True),
    CsvRow(3, "tobyn@contoso.com", password="Pa$$w0rd", force_change_password=False),
]


def draft(by: Person, **fields: object) -> BatchDraft:
    given = {"name": "StagedBatch1", "source": make_endpoint("OLD"), "target": make_endpoint("NEW"), "by": by}
    return BatchDraft(**(given | fields))


def test_a_staged_batch_gives_each_new_mailbox_the_password_of_its_row(administrator: Person) -> None:
    batch = create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)
    users = list(batch.users.all())
    assert [(user.address, user.position) for user in users] == [("pilarp@contoso.com", 2), ("tobyn@contoso.com", 3)]
    assert [(user.source_password, user.target_password) for user in users] == [("", "Pa$$w0rd")] * 2
    assert [user.force_change_password for user in users] == [True, False]


def test_an_imap_batch_signs_in_at_the_source_with_the_name_and_password_of_the_row(administrator: Person) -> None:
    rows = [CsvRow(2, "pilarp@contoso.com", "CONTOSO/pilarp", "Pa$$w0rd")]
    batch = create_batch(by=administrator, settings=draft(administrator, type="imap"), rows=rows, start=StartMode.NOW)
    user = batch.users.get()
    assert (user.user_name, user.source_password, user.target_password) == ("CONTOSO/pilarp", "Pa$$w0rd", "")


def test_no_password_can_be_read_in_the_database(administrator: Person) -> None:
    create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM batches_migrationuser")
        assert "Pa$$w0rd" not in str(cursor.fetchall())
    assert "Pa$$w0rd" not in str(list(AuditEntry.objects.values()))


def test_started_at_once_its_users_are_due(administrator: Person) -> None:
    batch = create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)
    now = timezone.now()
    assert batch.decision == Decision.STARTED
    assert batch.users.filter(due_at__lte=now).count() == 2


def test_started_by_hand_later_nothing_is_due(administrator: Person) -> None:
    batch = create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.MANUAL)
    assert (batch.decision, batch.started_at) == (Decision.CREATED, None)
    assert batch.users.filter(due_at=None).count() == 2


def test_started_after_a_time_its_users_are_due_then(administrator: Person) -> None:
    time = timezone.now() + timedelta(hours=5)
    settings = draft(administrator, start_after=time)
    batch = create_batch(by=administrator, settings=settings, rows=ROWS, start=StartMode.LATER)
    assert (batch.decision, batch.start_after) == (Decision.STARTED, time)
    assert batch.users.filter(due_at=time).count() == 2


def test_a_time_that_has_passed_meanwhile_means_now(administrator: Person) -> None:
    settings = draft(administrator, start_after=timezone.now() - timedelta(minutes=1))
    batch = create_batch(by=administrator, settings=settings, rows=ROWS, start=StartMode.LATER)
    assert batch.start_after is None
    assert batch.users.filter(due_at__lte=timezone.now()).count() == 2


def test_each_users_timeline_and_the_audit_log_begin(administrator: Person) -> None:
    batch = create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)
    assert StatusChange.objects.filter(user__batch=batch, old="", new="queued", by=administrator).count() == 2
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.thing, entry.who, entry.details["users"]) == (
        "create batch",
        batch.name,
        administrator,
        2,
    )


def test_all_that_the_draft_says_is_kept(administrator: Person) -> None:
    settings = draft(
        administrator, allow_incremental_syncs=False, notification_emails=["it@contoso.com"], csv_name="staged.csv"
    )
    create_batch(by=administrator, settings=settings, rows=ROWS, start=StartMode.NOW)
    batch = MigrationBatch.objects.get()
    assert (batch.source.name, batch.target.name, batch.created_by) == ("OLD", "NEW", administrator)
    assert (batch.allow_incremental_syncs, batch.notification_emails, batch.csv_name) == (
        False,
        ["it@contoso.com"],
        "staged.csv",
    )


def test_a_name_that_is_in_use_creates_nothing(administrator: Person) -> None:
    make_batch("StagedBatch1")
    with pytest.raises(NotNow, match="There is a batch with the name StagedBatch1 already"):
        create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)
    assert MigrationUser.objects.count() == AuditEntry.objects.count() == 0


def test_the_name_of_a_deleted_batch_is_free(administrator: Person) -> None:
    make_batch("StagedBatch1", deleted_at=timezone.now(), decision=Decision.REMOVING)
    create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)


def test_a_mailbox_that_got_into_another_batch_meanwhile_creates_nothing(administrator: Person) -> None:
    make_user(make_batch("Pilot"), "TobyN@contoso.com")
    with pytest.raises(NotNow, match=r"tobyn@contoso\.com is in the batch Pilot already"):
        create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)
    assert MigrationBatch.objects.count() == 1


def test_mailboxes_that_got_into_other_batches_meanwhile_are_counted(administrator: Person) -> None:
    pilot = make_batch("Pilot")
    for row in ROWS:
        make_user(pilot, row.address)
    with pytest.raises(NotNow, match=r"2 addresses are in a batch already, among them pilarp@contoso\.com in Pilot"):
        create_batch(by=administrator, settings=draft(administrator), rows=ROWS, start=StartMode.NOW)


def test_a_draft_without_endpoints_creates_nothing(administrator: Person) -> None:
    with pytest.raises(NotNow, match="Choose the endpoints"):
        create_batch(by=administrator, settings=draft(administrator, target=None), rows=ROWS, start=StartMode.NOW)


def test_addresses_are_looked_up_whatever_their_case_and_number() -> None:
    make_user(make_batch("Pilot"), "TobyN@contoso.com")
    make_user(make_batch("Gone", deleted_at=timezone.now()), "pilarp@contoso.com")
    many = [f"user{i}@contoso.com" for i in range(1200)]
    assert addresses_in_use(["tobyn@CONTOSO.com", "pilarp@contoso.com", *many]) == {"tobyn@contoso.com": "Pilot"}
