"""What stays behind is counted against the batch's limits, its original is kept, and it is tried again on request."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.choice import selection_of
from batches.item_limits import passed_limit
from batches.journal import DatabaseJournal
from batches.leases import Lease, LeaseLost
from batches.models import FolderSync, MigrationBatch, MigrationUser, QuarantinedPiece, SkippedItem, StatusChange
from batches.quarantine import LARGEST, PIECE, DatabaseQuarantine, original
from batches.services import NotNow, change_settings, retry_item
from core.models import AuditEntry, Person
from mailsync.journal import FolderRecord
from mailsync.model import Folder, FolderState, Skipped
from mailsync.uids import UidSet
from tests.batches.examples import NOON, make_batch, make_user

pytestmark = pytest.mark.django_db

LEASE = "0" * 32
FOLDER = ("INBOX",)


def working(**fields: Any) -> tuple[MigrationUser, Lease]:
    user = make_user(make_batch(**fields), status="syncing", lease=LEASE, lease_until=timezone.now())
    return user, Lease(user.pk, LEASE)


def skipped(user: MigrationUser, number: int, kind: str = "refused") -> None:
    items = tuple(Skipped(FOLDER, uid, kind, "NO [CANNOT] virus found") for uid in range(1, number + 1))
    record = FolderRecord(FOLDER, FOLDER, skipped=UidSet(range(1, number + 1)), state=FolderState(1, 9, 9))
    DatabaseJournal(Lease(user.pk, LEASE)).save([record], items)


def kept_item(content: bytes = b"Subject: secret plans\r\n\r\nbody\r\n") -> SkippedItem:
    _, lease = working()
    DatabaseQuarantine(lease).keep(Skipped(FOLDER, 7, "refused", "virus", len(content)), [content])
    return SkippedItem.objects.get()


def test_an_original_is_kept_to_the_octet_and_nobody_reads_it_in_the_database() -> None:
    content = b"Subject: secret plans\r\n\r\n" + bytes(range(256)) * 3000
    user, lease = working()
    half = PIECE - 100
    DatabaseQuarantine(lease).keep(
        Skipped(FOLDER, 7, "refused", "virus", len(content)), [content[:half], content[half:]]
    )
    item = SkippedItem.objects.get()
    assert item.is_kept
    assert b"".join(original(item)) == content
    assert item.pieces.count() > 1
    assert not any(b"secret plans" in bytes(piece.data) for piece in item.pieces.all())
    DatabaseQuarantine(lease).keep(Skipped(FOLDER, 7, "refused", "virus", 3), [b"new"])
    assert b"".join(original(item)) == b"new"
    user.delete()
    assert not QuarantinedPiece.objects.exists()


def test_a_message_that_is_too_large_to_be_kept_is_only_listed() -> None:
    _, lease = working()
    DatabaseQuarantine(lease).keep(Skipped(FOLDER, 7, "too_large", "", LARGEST + 1), [b"x"])
    assert not QuarantinedPiece.objects.exists()


def test_who_lost_the_mailbox_keeps_nothing() -> None:
    user, _ = working()
    with pytest.raises(LeaseLost):
        DatabaseQuarantine(Lease(user.pk, "1" * 32)).keep(Skipped(FOLDER, 7, "refused", ""), [b"x"])
    assert not SkippedItem.objects.exists()


@pytest.mark.parametrize(
    ("kind", "field", "number", "limit", "passed"),
    [
        ("refused", "bad_item_limit", 10, 10, None),
        ("unreadable", "bad_item_limit", 11, 10, ("bad_item_limit", "11 > 10")),
        ("refused", "bad_item_limit", 1, 0, ("bad_item_limit", "1 > 0")),
        ("refused", "bad_item_limit", 11, None, None),
        ("too_large", "large_item_limit", 3, 2, ("large_item_limit", "3 > 2")),
        ("too_large", "bad_item_limit", 3, 0, None),
        ("repaired", "bad_item_limit", 3, 0, None),
    ],
)
def test_each_limit_counts_its_own_kinds(
    kind: str, field: str, number: int, limit: int | None, passed: tuple[str, str] | None
) -> None:
    user, _ = working(**{field: limit})
    skipped(user, number, kind)
    assert passed_limit(user) == passed


def test_raising_a_limit_lets_a_failed_mailbox_go_on_and_is_audited(administrator: Person) -> None:
    user, _ = working(bad_item_limit=2)
    skipped(user, 3)
    MigrationUser.objects.update(status="failed", lease="", error_code="bad_item_limit", error_words="3 > 2")
    MigrationBatch.objects.update(decision="started")
    assert change_settings(user.batch, {"bad_item_limit": 2}, by=administrator) == 0
    assert change_settings(user.batch, {"bad_item_limit": 3, "include_folders": []}, by=administrator) == 1
    user.refresh_from_db()
    assert user.status == "queued"
    assert AuditEntry.objects.latest("pk").details == {"bad_item_limit": 3}


def test_the_page_names_both_numbers(manager_client: Client) -> None:
    user = make_user(make_batch(), status="failed", error_code="bad_item_limit", error_words="11 > 10")
    text = manager_client.get(reverse("batches:user", args=[user.batch_id, user.pk])).content.decode()
    assert f"11 messages of {user.address} stayed behind, the limit is 10." in text


def test_a_limit_is_no_words_of_a_server(manager_client: Client) -> None:
    user = make_user(make_batch(), status="failed", error_code="bad_item_limit", error_words="1 > 0")
    StatusChange.objects.create(user=user, new="failed", at=NOON, reason="bad_item_limit", words="1 > 0")
    url = reverse("batches:user", args=[user.batch_id, user.pk])
    text = manager_client.get(url).content.decode()
    assert f"1 message of {user.address} stayed behind, the limit is 0." in text
    errors = manager_client.get(reverse("batches:errors", args=[user.batch_id]))
    report = manager_client.get(f"{url}report.txt")
    files = [b"".join(answer.streaming_content).decode() for answer in (errors, report)]  # type: ignore[attr-defined]
    for told in (text, *files):
        assert "1 > 0" not in told
        assert "1 &gt; 0" not in told


def test_one_item_is_tried_again_and_the_others_stay(administrator: Person) -> None:
    user, _ = working()
    skipped(user, 3)
    item = SkippedItem.objects.get(uid=2)
    with pytest.raises(NotNow, match="is being worked on"):
        retry_item(item, by=administrator)
    MigrationUser.objects.update(status="synced", lease="", due_at=None)
    MigrationBatch.objects.update(decision="started")
    retry_item(item, by=administrator)
    folder, user = FolderSync.objects.get(), MigrationUser.objects.get()
    assert (folder.skipped, folder.state, user.items_skipped) == ("1,3", None, 2)
    assert user.due_at is not None
    assert set(SkippedItem.objects.values_list("uid", flat=True)) == {1, 3}


def test_an_administrator_downloads_an_original_and_it_is_written_down(administrator_client: Client) -> None:
    item = kept_item()
    answer = administrator_client.get(
        reverse("batches:item-original", args=[item.user.batch_id, item.user_id, item.pk])
    )
    assert b"".join(answer) == b"Subject: secret plans\r\n\r\nbody\r\n"
    assert "7.eml" in answer.headers["Content-Disposition"]
    assert AuditEntry.objects.latest("pk").action == "download skipped item"


def test_nobody_else_gets_an_original(helpdesk_client: Client, manager_client: Client) -> None:
    item = kept_item()
    for client in (helpdesk_client, manager_client):
        path = reverse("batches:item-original", args=[item.user.batch_id, item.user_id, item.pk])
        assert client.get(path).status_code == 403
        page = client.get(reverse("batches:user", args=[item.user.batch_id, item.user_id])).content.decode()
        assert path not in page
        assert "items/" not in page


def test_the_settings_of_a_batch_are_changed_on_a_page(administrator_client: Client) -> None:
    batch = make_batch()
    path = reverse("batches:settings", args=[batch.pk])
    answer = administrator_client.post(
        path, {"exclude_folders": "Projects/*\n#Junk#", "bad_item_limit": "0"}, follow=True
    )
    assert "no well-known folder of this name" in answer.content.decode()
    answer = administrator_client.post(path, {"received_until": "9999-12-31"}, follow=True)
    assert "A day between the years 1900 and 2199" in answer.content.decode()
    given = {"exclude_folders": "Projects/*", "received_from": "2026-01-01", "skip_junk": "on", "bad_item_limit": "0"}
    answer = administrator_client.post(path, given)
    assert answer.headers["Location"] == reverse("batches:detail", args=[batch.pk])
    batch.refresh_from_db()
    assert (batch.exclude_folders, batch.skip_junk, batch.bad_item_limit) == (["Projects/*"], True, 0)
    folders = [Folder((name,), "", FolderState(1, 1, 0)) for name in ("INBOX", "Projects", "Junk", "Sent")]
    assert [folder.path for folder in selection_of(batch).folders(folders)] == [("INBOX",), ("Sent",)]
    assert administrator_client.get(path).status_code == 200
