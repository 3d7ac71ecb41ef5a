"""What pages tell of verifications: a new one takes nothing away, each is seen and can be stopped."""

from __future__ import annotations

import csv
import io
from time import monotonic

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.models import MigrationUser, Verification
from batches.states import Decision
from batches.verification import comparing
from batches.verification.comparing import run_verification
from core.models import AuditEntry, Person
from core.version import VERSION
from tests.architecture.tree import ROOT
from tests.batches.examples import NOON, make_batch, make_user, make_users
from tests.batches.mailboxes import Migration, mails
from tests.batches.test_verification import ended, result, unpacked, verify
from tests.html import page_at


def page_of(client: Client, user: MigrationUser) -> str:
    return page_at(client, reverse("batches:user", args=[user.batch_id, user.pk])).text


@pytest.mark.django_db
def test_a_former_result_stays_while_a_new_verification_waits_or_has_failed(manager_client: Client) -> None:
    user = make_user(make_batch(), status="synced", first_synced_at=NOON, items_total=6)
    ended(user, result=result())
    waiting = Verification.objects.create(user=user, asked_at=timezone.now())
    text = page_of(manager_client, user)
    assert "It waits for a sync" in text
    assert "Every message is accounted for." in text
    assert "Download the evidence" in text
    assert "Every message accounted for1" in page_at(manager_client, f"/batches/{user.batch_id}/").text
    Verification.objects.filter(pk=waiting.pk).update(
        ended_at=timezone.now(), error_code="timeout", error_side="source"
    )
    text = page_of(manager_client, user)
    assert "did not answer in time" in text
    assert "Every message is accounted for." in text


@pytest.mark.django_db
def test_a_running_verification_tells_how_far_it_is(helpdesk_client: Client) -> None:
    user = make_user(make_batch(), status="synced", first_synced_at=NOON, items_total=6_000)
    Verification.objects.create(user=user, asked_at=NOON, lease="x", lease_until=timezone.now(), messages_read=4_321)
    assert "on both sides together: 4,321 of about 12,000" in page_of(helpdesk_client, user)


@pytest.mark.django_db(transaction=True)
def test_a_verification_that_a_person_stops_ends_and_leaves_what_was_known(
    migration: Migration, administrator_client: Client, administrator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.put(mails(5))
    migration.slice()
    verify(migration.user)
    monkeypatch.setattr(comparing, "BEAT", 0.0)
    again = Verification.objects.create(user=migration.user, asked_at=timezone.now())
    url = reverse("batches:user-verify-stop", args=[migration.batch.pk, migration.user.pk])

    def stopped(*_: object) -> None:
        assert Verification.objects.get(pk=again.pk).messages_read == 1
        assert "1 verification has been stopped" in administrator_client.post(url, follow=True).content.decode()

    monkeypatch.setattr("batches.manners.Speed.adjust", stopped)
    run_verification(again.pk, now=timezone.now, monotonic=monotonic)
    found = migration.user.verifications.get()
    assert (found.result or {})["ok"] is True
    assert AuditEntry.objects.filter(action="stop verifying user", who=administrator).exists()
    assert "No verification was waiting" in administrator_client.post(url, follow=True).content.decode()


@pytest.mark.django_db
def test_a_stopped_batch_says_that_its_verifications_go_on_and_stops_them(administrator_client: Client) -> None:
    batch = make_batch(decision=Decision.STOPPED)
    for user in make_users(batch, 2, status="synced", first_synced_at=NOON, due_at=None):
        Verification.objects.create(user=user, asked_at=NOON)
    page = page_at(administrator_client, f"/batches/{batch.pk}/")
    assert "Verifications, which only read, go on unless you stop them too." in page.text
    assert "The batch is stopped, and its verifications go on: they only read." in page.text
    answer = administrator_client.post(reverse("batches:verify-stop", args=[batch.pk]), follow=True)
    assert "2 verifications have been stopped" in answer.content.decode()
    assert not Verification.objects.exists()


@pytest.mark.django_db
def test_a_figure_leads_to_exactly_the_mailboxes_it_counts(helpdesk_client: Client) -> None:
    batch = make_batch()
    users = make_users(batch, 5, status="synced", first_synced_at=NOON)
    ended(users[0], result=result())
    ended(users[1], result=result(ok=False))
    ended(users[2], error_code="timeout")
    Verification.objects.create(user=users[3], asked_at=NOON)
    page = page_at(helpdesk_client, f"/batches/{batch.pk}/")
    for link, expected in (
        ("verified-proven", "user000"),
        ("verified-different", "user001"),
        ("verified-failed", "user002"),
        ("verifying", "user003"),
    ):
        listed = page_at(helpdesk_client, page.one("a", id=link)["href"])
        assert [row[0].partition("@")[0] for row in listed.rows()] == [expected]


@pytest.mark.django_db(transaction=True)
def test_evidence_names_who_asked_the_batch_its_selection_and_the_program(
    migration: Migration, manager_client: Client, administrator: Person
) -> None:
    migration.batch.skip_junk, migration.batch.exclude_folders = True, ["Old/*", "News"]
    migration.batch.save()
    migration.put(mails(1))
    migration.slice()
    found = verify(migration.reread(), administrator).result or {}
    assert (found["batch"], found["asked_by"], found["version"]) == (
        "StagedBatch1",
        administrator.get_username(),
        f"Migration Center {VERSION}",
    )
    files = unpacked(manager_client, reverse("batches:evidence", args=[migration.batch.pk]))
    row = next(csv.DictReader(io.StringIO(files["results.csv"], newline="")))
    assert (row["Batch"], row["AskedBy"]) == ("StagedBatch1", administrator.get_username())
    assert (row["Selection"], row["Version"]) == (
        "exclude_folders Old/*, News; skip_junk True",
        f"Migration Center {VERSION}",
    )


def test_the_program_has_one_version() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text()
