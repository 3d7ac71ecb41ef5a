"""From the wizard's answers to a batch: nothing that was right before is believed at the end."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.models import BatchDraft, MigrationBatch, MigrationUser
from batches.wizard import steps
from core.models import AuditEntry, Person
from endpoints.models import MigrationEndpoint, SignIn
from tests.batches.examples import make_batch, make_user
from tests.batches.wizard.drafting import CANARY, NEW, STAGED_CSV, page, ready_draft, text

pytestmark = pytest.mark.django_db


def test_the_batch_has_what_the_draft_said(administrator: Person) -> None:
    at = timezone.now() + timedelta(days=1)
    draft = ready_draft(administrator, start="later", start_after=at, allow_incremental_syncs=False)
    batch = steps.create_batch(draft.pk, by=administrator)
    assert (batch.name, batch.type, batch.csv_name) == ("StagedBatch1", "staged", "StagedBatch1.csv")
    assert (batch.start_after, batch.allow_incremental_syncs, batch.created_by) == (at, False, administrator)
    assert [user.target_password for user in batch.users.all()] == [CANARY, CANARY]


def test_an_address_that_got_into_another_batch_meanwhile_stops_it(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    make_user(make_batch("Wave-0", source=draft.source, target=draft.target), "tobyn@contoso.com")
    answer = administrator_client.post(page(draft, "summary"))
    assert answer["Location"] == page(draft, "summary")
    shown = text(administrator_client.get(answer["Location"]))
    assert "The CSV file has 1 problem: The user &quot;tobyn@contoso.com&quot; is already included in" in shown
    assert not MigrationBatch.objects.filter(name="StagedBatch1").exists()
    assert BatchDraft.objects.exists()


def test_an_endpoint_that_was_changed_meanwhile_stops_it(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    MigrationEndpoint.objects.filter(name="OLD").update(sign_in=SignIn.USER)
    administrator_client.post(page(draft, "summary"))
    assert not MigrationBatch.objects.exists()


def test_an_endpoint_that_was_deleted_meanwhile_is_asked_for_again(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    MigrationEndpoint.objects.filter(name="NEW").delete()
    assert administrator_client.post(page(draft, "summary"))["Location"] == page(draft, "summary")
    assert administrator_client.get(page(draft, "summary"))["Location"] == page(draft, "endpoints")
    assert not MigrationBatch.objects.exists()


def test_who_leaves_is_told_where_the_draft_is(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    leave = reverse("batches:wizard-leave", args=[draft.pk])
    assert f'href="{leave}"' in text(administrator_client.get(page(draft, "start")))
    answer = administrator_client.get(leave, follow=True)
    assert answer.redirect_chain == [(reverse("batches:list"), 303)]
    assert "The draft is kept: you find it under “New migration batch”." in text(answer)
    assert "You have not finished describing a batch: StagedBatch1" in text(administrator_client.get(NEW))


def test_a_draft_is_discarded_from_any_step_after_a_question(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    discard = reverse("batches:wizard-discard", args=[draft.pk])
    assert f'href="{discard}"' in text(administrator_client.get(page(draft, "configuration")))
    assert "Discard the draft StagedBatch1?" in text(administrator_client.get(discard))
    assert BatchDraft.objects.exists()
    assert "has been thrown away" in text(administrator_client.post(discard, follow=True))
    assert not BatchDraft.objects.exists()


def test_the_wizard_leaves_it_to_the_page_to_say_what_is_wrong(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    shown = text(administrator_client.get(page(draft, "configuration")))
    assert '<form method="post" novalidate>' in shown
    assert "maxlength" not in shown.split("wizard-body")[1]
    answer = text(administrator_client.post(page(draft, "configuration"), {"name": "N" * 300}, follow=True))
    assert "characters (it has 300)" in answer


def test_pressing_the_button_twice_makes_one_batch_and_says_so(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    shown = administrator_client.get(page(draft, "summary")).content
    assert b'<input type="hidden" name="name" value="StagedBatch1">' in shown
    first = administrator_client.post(page(draft, "summary"))
    second = administrator_client.post(page(draft, "summary"), {"name": "StagedBatch1"}, follow=True)
    batch = MigrationBatch.objects.get()
    assert first["Location"] == reverse("batches:detail", args=[batch.pk])
    assert second.redirect_chain == [(first["Location"], 303)]
    assert "StagedBatch1 has been created already." in text(second)
    third = administrator_client.post(page(draft, "summary"), {"name": "renamed"}, follow=True)
    assert "This description is finished" in text(third)
    assert MigrationUser.objects.count() == 2


def test_creation_says_how_many_and_leaves_an_audit_entry(administrator_client: Client, administrator: Person) -> None:
    answer = administrator_client.post(page(ready_draft(administrator), "summary"), follow=True)
    assert "The batch StagedBatch1 has been created with 2 mailboxes." in text(answer)
    entry = AuditEntry.objects.get(action="create batch")
    assert (entry.who, entry.thing, entry.details["users"]) == (administrator, "StagedBatch1", 2)


def test_no_password_is_logged_or_audited(
    administrator_client: Client, administrator: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    draft = ready_draft(administrator, STAGED_CSV + f"nobody,{CANARY},\n")
    administrator_client.get(page(draft, "users"))
    administrator_client.post(page(draft, "summary"))
    assert CANARY not in caplog.text
    assert CANARY not in str(list(AuditEntry.objects.values()))
