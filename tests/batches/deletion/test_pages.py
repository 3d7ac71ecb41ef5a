"""Deleting batches in the pages: what stands against it is shown, and an administrator's reason is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from batches.models import MigrationBatch
from core.models import AuditEntry
from domains.models import Domain
from tests.batches.examples import make_batch, make_user
from tests.html import Page, page_at

HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def synced(db: None) -> MigrationBatch:
    """Its domain is not watched."""
    now = timezone.now()
    batch = make_batch()
    make_user(batch, status="synced", first_synced_at=now - timedelta(hours=2), last_synced_at=now, items_synced=5)
    return batch


def deleted() -> bool:
    return MigrationBatch.objects.exclude(deleted_at=None).exists()


def test_what_stands_against_it_is_shown_before_it_is_done(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    page = page_at(administrator_client, f"/batches/{synced.pk}/delete/")
    assert "contoso.com is not verified, so its MX records are not watched" in page.text
    assert "1 of 1 mailboxes have their first copy." in page.text
    again = page_at(administrator_client, f"/batches/{synced.pk}/deletion/", **HTMX)
    assert again.one("div", id="deletion-gates")["hx-trigger"] == "every 10s"
    assert not again.all("body")


def test_what_a_person_confirms_stands_in_the_question_once(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    page = page_at(administrator_client, f"/batches/{synced.pk}/delete/")
    assert page.text.count("The old mailboxes were converted to mail-enabled users.") == 1
    assert "Everybody in it works in the new mailbox." not in page.text  # that gate is closed, whatever they know
    live = page.one("div", id="deletion-gates")["hx-get"]
    assert "converted to mail-enabled" not in page_at(administrator_client, live, **HTMX).text


def test_where_no_confirmation_opens_a_gate_only_the_reason_is_asked(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    make_user(synced, "toby@contoso.com")
    page = page_at(administrator_client, f"/batches/{synced.pk}/delete/")
    assert not page.all("input", name="confirmed")
    assert page.one("label", **{"for": "deletion-reason"}).text == "Why delete it all the same?"


def test_a_change_that_has_not_settled_links_to_its_tracker(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    domain = Domain.objects.create(name="contoso.com", token="MS=ms12345678", verified_at=timezone.now())
    page = page_at(administrator_client, f"/batches/{synced.pk}/delete/")
    assert page.one("a", href=f"/domains/{domain.pk}/mail/").text == "MX change of contoso.com"


def test_without_an_answer_nothing_is_deleted_and_the_question_is_asked_again(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    answer = administrator_client.post(f"/batches/{synced.pk}/delete/", {"confirmed": "converted"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"/batches/{synced.pk}/delete/?confirmed=converted&next=")
    ticked = [box["value"] for box in Page(answer).all("input", name="confirmed") if "checked" in box.attributes]
    assert ticked == ["converted"]
    assert "StagedBatch1 is not deleted: not all conditions are met." in answer.content.decode()
    assert not deleted()


def test_what_a_person_confirms_opens_a_gate_and_is_kept(administrator_client: Client, synced: MigrationBatch) -> None:
    administrator_client.post(f"/batches/{synced.pk}/delete/", {"confirmed": ["converted", "forwarding"]})
    assert deleted()
    kept = AuditEntry.objects.get(action="delete batch").details
    assert kept == {"users": 1, "gate": "only_forwarding", "confirmed": ["converted", "forwarding"]}


def test_an_administrator_s_reason_is_kept_with_what_stood_against_it(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    administrator_client.post(f"/batches/{synced.pk}/delete/", {"reason": "It was a rehearsal."})
    assert deleted()
    activity = page_at(administrator_client, "/activity/").text
    assert "Reason: It was a rehearsal." in activity
    assert "Against it: the MX change is not done" in activity


def test_helpdesk_sees_why_a_batch_is_kept(helpdesk_client: Client, synced: MigrationBatch) -> None:
    page = page_at(helpdesk_client, f"/batches/{synced.pk}/deletion/")
    assert page.one("h1").text == "May StagedBatch1 be deleted?"
    assert "is not verified" in page.text
    assert not page.all("a", href=f"/batches/{synced.pk}/delete/")


def test_of_several_those_that_are_not_ready_are_named_and_stay(
    administrator_client: Client, synced: MigrationBatch
) -> None:
    fresh = make_batch("Rehearsal", decision="created", started_at=None)
    make_user(fresh, "anna@fabrikam.com")
    behind = make_batch("Behind")
    make_user(behind, "toby@contoso.com", items_synced=2)
    chosen = {"selected": ",".join(str(batch.pk) for batch in (synced, fresh, behind))}
    question = administrator_client.post("/batches/selected/delete/", chosen).content.decode()
    assert "Nothing was ever copied: Rehearsal" in question
    assert "Ready, once you confirm what cannot be seen from here: StagedBatch1" in question
    assert "Not ready, and deleted only with a reason: Behind" in question
    confirmed = {"sure": "1", "confirmed": ["converted", "forwarding"]}
    after = administrator_client.post("/batches/selected/delete/", chosen | confirmed, follow=True).content.decode()
    assert "Behind is not deleted" in after
    assert set(MigrationBatch.objects.exclude(deleted_at=None).values_list("name", flat=True)) == {
        "StagedBatch1",
        "Rehearsal",
    }


def test_many_batches_are_looked_at_in_a_few_queries(
    administrator_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_user(make_batch(f"Wave-{number}"), f"user{number}@wave{number}.example", items_synced=1)
    chosen = {"selected": ",".join(map(str, MigrationBatch.objects.values_list("pk", flat=True)))}
    with django_assert_max_num_queries(12):
        administrator_client.post("/batches/selected/delete/", chosen)
