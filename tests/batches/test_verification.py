"""Verifying mailboxes: asked for by a person, done by a worker, shown and kept."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches import keeper
from batches.models import MigrationBatch, MigrationUser, Verification
from batches.reconcile import reconcile
from batches.removal import finish_removal
from batches.services import NotNow, verify_batch, verify_user
from batches.states import Decision
from batches.verification import comparing
from batches.verification.comparing import run_verification
from batches.verification.standing import tally, waiting
from batches.verification.words import EXPLANATIONS, KINDS, difference_words
from core.models import AuditEntry, Person
from mailsync.comparing import Difference
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user, make_users
from tests.batches.mailboxes import SECRET, Migration, mails
from tests.html import page_at


def verify(user: MigrationUser, by: Person | None = None) -> Verification:
    """Asked for and done."""
    verify_user(user, by=by)
    found = user.verifications.get(ended_at=None)
    run_verification(found.pk, now=timezone.now, monotonic=monotonic)
    found.refresh_from_db()
    return found


def result(**changes: Any) -> dict[str, Any]:
    figures = {"source_messages": 3, "target_messages": 3, "equal": 3, "differences": {}, "details": []}
    return {"ok": True, **figures, **changes}


def ended(user: MigrationUser, **changes: Any) -> Verification:
    return Verification.objects.create(**{"user": user, "asked_at": NOON, "ended_at": NOON, **changes})


def unpacked(client: Client, url: str) -> dict[str, str]:
    response = client.get(url)
    assert response.status_code == 200
    with ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:  # type: ignore[attr-defined]
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


@pytest.mark.django_db(transaction=True)
def test_a_migrated_mailbox_is_proven_and_the_proof_can_be_kept(
    migration: Migration, manager_client: Client, administrator: Person
) -> None:
    migration.put(mails(12))
    assert migration.slice().status == "synced"
    found = verify(migration.user, administrator)
    assert (found.error_code, found.error_words, found.lease) == ("", "", "")
    assert found.result is not None
    assert (found.result["ok"], found.result["equal"], found.result["source_messages"]) == (True, 12, 12)
    url = reverse("batches:user-evidence", args=[migration.batch.pk, migration.user.pk])
    files = unpacked(manager_client, url)
    rows = list(csv.DictReader(io.StringIO(files[f"{migration.user.address}.csv"], newline="")))
    assert [row["outcome"] for row in rows] == ["equal"] * 12
    assert json.loads(files[f"{migration.user.address}.json"])["ok"] is True
    assert "accounted for,12,12,12" in files["results.csv"]
    assert SECRET not in "".join(files.values())
    assert AuditEntry.objects.filter(action="verify user", who=administrator).exists()
    assert AuditEntry.objects.latest("pk").thing == f"{migration.user.address}-evidence.zip"


@pytest.mark.django_db(transaction=True)
def test_a_lost_message_is_found_and_told(migration: Migration, administrator_client: Client) -> None:
    migration.put(mails(5))
    migration.slice()
    migration.put(mails(1, first=100))  # new since
    lost = next(
        path
        for path in migration.new.mail_of(migration.user.address).rglob("*")
        if path.is_file() and path.parent.name in ("cur", "new")
    )
    lost.unlink()
    found = verify(migration.user)
    assert found.result is not None
    assert found.result["ok"] is False
    assert found.result["differences"] == {"missing": 1, "missing:arrived_later": 1}
    page = page_at(administrator_client, reverse("batches:user", args=[migration.batch.pk, migration.user.pk]))
    text = page.text
    assert "There are differences that nothing explains." in text
    assert "Only on the source: unexplained" in text
    assert "Only on the source: new since the last sync" in text


@pytest.mark.django_db(transaction=True)
def test_refused_credentials_end_all_that_wait_with_them(migration: Migration) -> None:
    migration.put(mails(1))
    migration.slice()
    other = make_user(migration.batch, "other@contoso.com", first_synced_at=NOON, status="synced")
    MigrationUser.objects.update(source_password=f"{SECRET}-wrong")
    verify_user(other, by=None)
    found = verify(migration.reread())
    assert (found.error_code, found.error_side, found.result) == ("sign_in_failed", "source", None)
    assert SECRET not in found.error_words
    assert other.verifications.get().error_code == "sign_in_failed"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_ends_lets_go_and_another_begins_anew(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.put(mails(5))
    migration.slice()
    keeper.shutting_down.set()
    try:
        found = verify(migration.user)
    finally:
        keeper.shutting_down.clear()
    assert (found.ended_at, found.lease) == (None, "")
    run_verification(found.pk, now=timezone.now, monotonic=monotonic)
    found.refresh_from_db()
    assert found.result is not None


@pytest.mark.django_db(transaction=True)
def test_who_lost_it_to_another_worker_writes_nothing(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    migration.put(mails(5))
    migration.slice()
    monkeypatch.setattr(comparing, "BEAT", 0.0)

    def taken_away(*_: Any, **__: Any) -> None:
        Verification.objects.update(lease="another")

    monkeypatch.setattr("batches.manners.Speed.adjust", taken_away)
    found = verify(migration.user)
    assert (found.lease, found.ended_at) == ("another", None)


@pytest.mark.django_db
def test_what_was_not_copied_or_is_deleted_can_not_be_verified() -> None:
    batch = make_batch()
    user = make_user(batch)
    with pytest.raises(NotNow, match="has not been copied yet"):
        verify_user(user, by=None)
    with pytest.raises(NotNow, match="No mailbox of this batch has been copied yet"):
        verify_batch(batch, by=None)
    batch.deleted_at = NOON
    with pytest.raises(NotNow, match="has been deleted"):
        verify_batch(batch, by=None)


@pytest.mark.django_db
def test_a_batch_asks_once_for_each_mailbox_that_has_its_copy() -> None:
    batch = make_batch()
    users = make_users(batch, 3, status="synced", first_synced_at=NOON)
    make_user(batch, "new@contoso.com")
    for _ in range(2):
        verify_batch(batch, by=None)
    assert Verification.objects.count() == 3
    verify_user(users[0], by=None)
    assert (Verification.objects.count(), tally(batch).waiting) == (3, 3)


@pytest.mark.django_db
def test_a_deleted_batch_keeps_results_and_forgets_what_was_only_asked_for() -> None:
    batch = make_batch()
    users = make_users(batch, 2, status="synced", first_synced_at=NOON)
    ended(users[0], result=result())
    verify_user(users[1], by=None)
    batch.decision = Decision.REMOVING
    batch.save()
    assert waiting(NOON).count() == 0
    assert finish_removal(batch, NOON)
    assert tally(batch).proven == Verification.objects.count() == 1


@pytest.mark.django_db
def test_no_more_are_under_way_than_the_endpoint_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    nudged: list[int] = []

    def nudge(pk: int) -> bool:
        nudged.append(pk)
        return True

    monkeypatch.setattr("batches.verification.standing.nudge_verification", nudge)
    batch = make_batch(source=make_endpoint("NARROW", max_concurrent_incremental_syncs=2))
    make_users(batch, 4, status="synced", first_synced_at=NOON, due_at=None)
    verify_batch(batch, by=None)
    first = Verification.objects.order_by("pk").first()
    assert first is not None
    Verification.objects.filter(pk=first.pk).update(lease="x", lease_until=NOON + timedelta(minutes=1))
    reconcile(NOON)
    assert len(nudged) == 1
    assert waiting(NOON).count() == 3
    assert waiting(NOON + timedelta(minutes=2)).count() == 4


@pytest.mark.django_db
def test_a_sync_that_is_due_or_under_way_comes_first() -> None:
    user = make_user(make_batch(), status="synced", first_synced_at=NOON, due_at=NOON)
    verify_user(user, by=None)
    assert not waiting(NOON).exists()
    MigrationUser.objects.update(due_at=None, lease="x", lease_until=NOON + timedelta(minutes=1))
    assert not waiting(NOON).exists()
    MigrationUser.objects.update(lease="", lease_until=None)
    assert waiting(NOON).exists()


@pytest.mark.django_db
def test_the_tally_of_a_batch_counts_the_newest_of_each_mailbox() -> None:
    batch = make_batch()
    users = make_users(batch, 4, status="synced", first_synced_at=NOON)
    ended(users[0], result=result(ok=False))
    ended(users[0], result=result(), asked_at=NOON + timedelta(hours=1))
    ended(users[1], result=result(ok=False))
    ended(users[2], error_code="timeout", error_side="source")
    Verification.objects.create(user=users[3], asked_at=NOON)
    found = tally(batch)
    assert (found.proven, found.different, found.failed, found.waiting, found.evidence) == (1, 1, 1, 1, 2)


@pytest.mark.django_db
def test_pages_offer_a_verification_to_administrators_and_evidence_to_managers(
    administrator_client: Client, manager_client: Client, helpdesk_client: Client
) -> None:
    batch = make_batch()
    user = make_user(batch, status="synced", first_synced_at=NOON)
    ended(user, result=result())
    pages = reverse("batches:user", args=[batch.pk, user.pk]), reverse("batches:detail", args=[batch.pk])
    for url, button, link in zip(
        pages, ("user-verify", "batch-verify"), ("user-evidence", "flyout-evidence"), strict=True
    ):
        for client, may in (
            (administrator_client, (True, True)),
            (manager_client, (False, True)),
            (helpdesk_client, (False, False)),
        ):
            text = client.get(url).content.decode()
            assert (f'id="{button}"' in text, f'id="{link}"' in text) == may
    assert "Every message is accounted for." in helpdesk_client.get(pages[0]).content.decode()


@pytest.mark.django_db
def test_a_button_asks_and_says_so(administrator_client: Client) -> None:
    batch: MigrationBatch = make_batch()
    user = make_user(batch, status="synced", first_synced_at=NOON)
    url = reverse("batches:user-verify", args=[batch.pk, user.pk])
    assert "will be verified" in administrator_client.post(url, follow=True).content.decode()
    page = administrator_client.get(reverse("batches:user", args=[batch.pk, user.pk])).content.decode()
    assert "It waits for a sync of this mailbox that comes first" in page
    assert "every 2s" in page
    ended_one = Verification.objects.get()
    Verification.objects.filter(pk=ended_one.pk).update(
        ended_at=NOON, error_code="timeout", error_side="target", error_words="none"
    )
    page = administrator_client.get(reverse("batches:user", args=[batch.pk, user.pk])).content.decode()
    assert "did not answer in time" in page
    assert (
        "will be verified"
        in administrator_client.post(reverse("batches:verify", args=[batch.pk]), follow=True).content.decode()
    )
    uncopied = make_user(make_batch("StagedBatch2"))
    url = reverse("batches:user-verify", args=[uncopied.batch_id, uncopied.pk])
    assert "nothing to verify" in administrator_client.post(url, follow=True).content.decode()


@pytest.mark.django_db
def test_the_evidence_of_a_batch_tells_of_every_mailbox(manager_client: Client) -> None:
    batch = make_batch()
    users = make_users(batch, 3, status="synced", first_synced_at=NOON)
    ended(users[0], result=result(ok=False, differences={"missing": 1, "extra:added_at_target": 2}))
    ended(users[1], error_code="timeout", error_words="no answer")
    Verification.objects.create(user=users[2], asked_at=NOON)
    make_user(batch, "=never@contoso.com")
    files = unpacked(manager_client, reverse("batches:evidence", args=[batch.pk]))
    assert sorted(files) == ["results.csv", "user000@contoso.com.json"]
    rows = [
        row[:1] + row[3:5] + row[8:10] + row[1:2] for row in csv.reader(io.StringIO(files["results.csv"], newline=""))
    ][1:]
    assert rows == [
        [
            "user000@contoso.com",
            "2026-03-02T12:00:00Z",
            "different",
            "missing 1; extra:added_at_target 2",
            "",
            "StagedBatch1",
        ],
        ["user001@contoso.com", "2026-03-02T12:00:00Z", "failed", "", "timeout no answer", "StagedBatch1"],
        ["user002@contoso.com", "", "waiting", "", "", "StagedBatch1"],
        ["'=never@contoso.com", "", "not verified", "", "", "StagedBatch1"],
    ]


def test_every_difference_has_words() -> None:
    page = Path("docs/reference/evidence.md").read_text(encoding="utf-8")
    explained = page.partition("| explanation | |")[2].partition("##")[0]
    documented = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.*?)\|", explained, re.MULTILINE)))
    assert set(documented) == set(EXPLANATIONS)
    assert [word for word in (*KINDS, *EXPLANATIONS) if word not in str(Difference.__doc__)] == []
    assert difference_words("missing:skipped") == "Only on the source: skipped, with its reason"
    assert difference_words("duplicate") == "Extra copies on the target: unexplained"
