"""The batch wizard as a way through pages: what each asks, keeps and refuses, and who may see it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.models import BatchDraft, MigrationBatch
from batches.wizard import steps
from core.models import Person, Role
from endpoints.models import SignIn
from tests.batches.examples import make_batch, make_endpoint
from tests.batches.wizard.drafting import (
    CANARY,
    IMAP_CSV,
    NEW,
    STAGED_CSV,
    admin_endpoint,
    make_draft,
    page,
    ready_draft,
    text,
    upload,
)
from tests.conftest import signed_in
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def test_every_step_leads_to_the_next_and_the_last_creates_the_batch(administrator_client: Client) -> None:
    source, target = admin_endpoint("OLD"), make_endpoint("NEW")
    post = administrator_client.post
    at = post(NEW, {"type": "staged"})["Location"]
    draft = BatchDraft.objects.get()
    assert at == page(draft, "users")
    assert post(at, {"file": upload(STAGED_CSV)})["Location"] == at
    assert "2 mailboxes to migrate" in text(administrator_client.get(at))
    at = post(at)["Location"]
    assert at == page(draft, "endpoints")
    at = post(at, {"source": source.pk, "target": target.pk})["Location"]
    assert at == page(draft, "configuration")
    assert 'value="StagedBatch1"' in text(administrator_client.get(at))
    at = post(at, {"name": "Wave-1", "allow_incremental_syncs": "on"})["Location"]
    assert at == page(draft, "start")
    at = post(at, {"start": "manual", "notification_emails": "admin@contoso.com"})["Location"]
    assert at == page(draft, "summary")
    shown = text(administrator_client.get(at))
    for said in (
        "Staged migration",
        "2 mailboxes, from StagedBatch1.csv",
        "OLD (",
        "NEW (",
        "Wave-1",
        "admin@contoso.com",
    ):
        assert said in shown
    assert not MigrationBatch.objects.exists()
    created = post(at)
    batch = MigrationBatch.objects.get()
    assert (created.status_code, created["Location"]) == (303, f"/batches/{batch.pk}/")
    assert (batch.name, batch.users.count(), batch.notification_emails) == ("Wave-1", 2, ["admin@contoso.com"])
    assert not BatchDraft.objects.exists()


def test_looking_at_the_first_page_begins_nothing(administrator_client: Client) -> None:
    shown = text(administrator_client.get(NEW))
    assert "Staged migration" in shown
    assert "IMAP migration" in shown
    assert not BatchDraft.objects.exists()


def test_an_unfinished_batch_is_offered_again_and_goes_on_where_it_was(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    shown = text(administrator_client.get(NEW))
    assert "You have not finished describing a batch: StagedBatch1.csv" in shown
    assert administrator_client.get(page(draft, "summary"))["Location"] == page(draft, "endpoints")


def test_an_unfinished_batch_can_be_thrown_away(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    assert administrator_client.post(page(draft, "discard")).status_code == 303
    assert not BatchDraft.objects.exists()


@pytest.mark.parametrize("slug", ["users", "summary", "discard", "corrected.csv"])
def test_drafts_of_others_do_not_exist(slug: str, administrator_client: Client) -> None:
    other = Person.objects.create_user("other", role=Role.ADMINISTRATOR)
    draft = ready_draft(other)
    path = f"{NEW}{draft.pk}/{slug}" + ("" if "." in slug else "/")
    answer = administrator_client.post(path) if slug == "discard" else administrator_client.get(path)
    assert answer.status_code == 404
    assert BatchDraft.objects.exists()


@pytest.mark.parametrize("slug", ["users", "start", "summary"])
def test_the_address_of_a_finished_description_leads_to_the_batches(
    slug: str, administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    address = page(draft, slug)
    steps.create_batch(draft.pk, by=administrator)
    answer = administrator_client.get(address, follow=True)
    assert answer.redirect_chain == [(reverse("batches:list"), 303)]
    assert "This description is finished: its batch has been created" in text(answer)


def test_a_step_that_does_not_exist_is_not_found(administrator_client: Client, administrator: Person) -> None:
    assert administrator_client.get(page(make_draft(administrator), "nowhere")).status_code == 404


def test_nobody_gets_past_a_step_that_is_not_done(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator)
    for slug in ("endpoints", "configuration", "start", "summary"):
        assert administrator_client.get(page(draft, slug))["Location"] == page(draft, "users")
        if slug != "summary":
            assert administrator_client.post(page(draft, slug), {"name": "x"})["Location"] == page(draft, "users")
    assert administrator_client.get(page(draft, "type")).status_code == 200


def test_only_administrators_see_the_wizard(helpdesk_client: Client, manager_client: Client) -> None:
    for client in (helpdesk_client, manager_client):
        assert client.get(NEW).status_code == 403
        assert client.get(f"{NEW}sample/staged.csv").status_code == 403


def test_another_type_makes_another_file_necessary(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    administrator_client.post(page(draft, "type"), {"type": "imap"})
    draft.refresh_from_db()
    assert (draft.type, draft.mailbox_count) == ("imap", 0)
    assert administrator_client.get(page(draft, "endpoints"))["Location"] == page(draft, "users")


# -- endpoints ---------------------------------------------------------------------------------------------------------


def test_without_endpoints_the_page_says_what_to_do(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    shown = text(administrator_client.get(page(draft, "endpoints")))
    assert "There are no migration endpoints yet" in shown
    assert "New source endpoint" in shown


def test_the_default_target_is_proposed(administrator_client: Client, administrator: Person) -> None:
    make_endpoint("OTHER")
    default = make_endpoint("M365", is_default_target=True)
    shown = text(administrator_client.get(page(make_draft(administrator, STAGED_CSV), "endpoints")))
    assert f'<option value="{default.pk}" selected>' in shown


def test_a_staged_batch_wants_a_source_with_an_administrators_account(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    chosen = {"source": make_endpoint("OLD", sign_in=SignIn.USER).pk, "target": make_endpoint("NEW").pk}
    answer = refused(administrator_client, page(draft, "endpoints"), chosen)
    assert "OLD is opened with each user&#x27;s own password, but the file of a staged migration has no" in text(answer)


def test_an_imap_batch_wants_a_target_with_an_administrators_account(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, IMAP_CSV, type="imap")
    users_only = {"source": make_endpoint("OLD").pk, "target": make_endpoint("NEW").pk}
    answer = refused(administrator_client, page(draft, "endpoints"), users_only)
    assert "NEW is opened with each user&#x27;s own password, but the file of an IMAP migration only has" in text(
        answer
    )
    with_admin = users_only | {"target": admin_endpoint("M365").pk}
    assert administrator_client.post(page(draft, "endpoints"), with_admin)["Location"] == page(draft, "configuration")


def test_a_target_where_users_sign_in_themselves_wants_a_password_in_every_row(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, STAGED_CSV + "briant@contoso.com,,\n")
    chosen = {"source": admin_endpoint("OLD").pk, "target": make_endpoint("NEW").pk}
    answer = refused(administrator_client, page(draft, "endpoints"), chosen)
    assert "but line 4 of the CSV file has none" in text(answer)


def test_source_and_target_are_two_servers(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    chosen = {
        "source": admin_endpoint("OLD", server="mail.contoso.com").pk,
        "target": admin_endpoint("NEW", server="MAIL.contoso.com").pk,
    }
    answer = refused(administrator_client, page(draft, "endpoints"), chosen)
    assert "Source and target are the same server" in text(answer)


# -- configuration -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name"), [("Wave 1 (north).csv", "Wave-1-north"), ("städte.csv", "städte"), ("x" * 80 + ".csv", "x" * 64)]
)
def test_the_name_of_the_file_becomes_the_name_of_the_batch(
    file: str, name: str, administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator, name="", csv_name="")
    BatchDraft.objects.filter(pk=draft.pk).update(csv_name=file)
    assert f'value="{name}"' in text(administrator_client.get(page(draft, "configuration")))


@pytest.mark.parametrize("name", ["Wave 1", "a/b", "wave'1", "", "x" * 65])
def test_a_name_has_no_spaces_or_special_characters(
    name: str, administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator, name="")
    assert "There is a problem" in text(refused(administrator_client, page(draft, "configuration"), {"name": name}))


def test_a_name_that_is_in_use_is_refused(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator, name="")
    batch = make_batch("StagedBatch1")
    answer = refused(administrator_client, page(draft, "configuration"), {"name": "stagedbatch1"})
    assert "There is a migration batch named stagedbatch1 already" in text(answer)
    MigrationBatch.objects.filter(pk=batch.pk).update(deleted_at=timezone.now())
    assert administrator_client.post(page(draft, "configuration"), {"name": "stagedbatch1"}).status_code == 303


# -- start -------------------------------------------------------------------------------------------------------------


def test_reports_go_to_who_describes_the_batch_unless_told_otherwise(administrator: Person) -> None:
    Person.objects.filter(pk=administrator.pk).update(email="admin@contoso.com")
    client = signed_in(administrator)
    draft = ready_draft(administrator, scheduled=False)
    assert "admin@contoso.com</textarea>" in text(client.get(page(draft, "start")))
    wrong = {"start": "now", "notification_emails": "a@contoso.com, nobody, else@"}
    shown = text(refused(client, page(draft, "start"), wrong))
    for address in ("nobody", "else@"):
        assert f"“{address}” is not a mail address" in shown
    client.post(page(draft, "start"), {"start": "now", "notification_emails": "a@contoso.com;\nb@contoso.com"})
    draft.refresh_from_db()
    assert (draft.notification_emails, draft.report_interval_hours) == (["a@contoso.com", "b@contoso.com"], 24)


def test_who_wants_no_reports_is_not_given_any_again(administrator: Person) -> None:
    Person.objects.filter(pk=administrator.pk).update(email="admin@contoso.com")
    client, draft = signed_in(administrator), ready_draft(administrator, scheduled=False)
    client.post(page(draft, "start"), {"start": "now", "notification_emails": "", "report_interval_hours": "0"})
    assert "admin@contoso.com" not in text(client.get(page(draft, "start")))
    assert "Report recipients</dt> <dd>none" in text(client.get(page(draft, "summary")))


def test_the_time_to_start_is_proposed_at_the_half_hour(administrator_client: Client, administrator: Person) -> None:
    shown = text(administrator_client.get(page(ready_draft(administrator), "start")))
    assert re.search(r'name="start_after" value="\d{4}-\d\d-\d\dT\d\d:[03]0"', shown)


def test_a_time_is_meant_in_the_zone_of_who_writes_it(administrator: Person) -> None:
    Person.objects.filter(pk=administrator.pk).update(time_zone="Europe/Amsterdam")
    client = signed_in(administrator)
    draft = ready_draft(administrator)
    assert "In your time zone, Europe/Amsterdam, where it is" in text(client.get(page(draft, "start")))
    client.post(page(draft, "start"), {"start": "later", "start_after": "2099-07-01T07:30"})
    draft.refresh_from_db()
    assert draft.start_after == datetime(2099, 7, 1, 7, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert 'value="2099-07-01T07:30"' in text(client.get(page(draft, "start")))
    assert "CEST" in text(client.get(page(draft, "summary")))


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("", "Enter the date and time"),
        ("2020-01-01T00:00", "This time has passed"),
        ("soon", "Enter a valid date/time"),
    ],
)
def test_starting_later_wants_a_time_to_come(
    when: str, sentence: str, administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    answer = refused(administrator_client, page(draft, "start"), {"start": "later", "start_after": when})
    assert sentence in text(answer)


# -- summary -----------------------------------------------------------------------------------------------------------


def test_the_summary_names_everything_that_has_become_wrong_meanwhile(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator, start="later", start_after=timezone.now() - timedelta(minutes=1))
    make_batch("StagedBatch1", source=draft.source, target=draft.target)
    shown = text(administrator_client.get(page(draft, "summary")))
    for sentence in ("There is a migration batch named StagedBatch1 already", "This time has passed"):
        assert sentence in shown
    assert "Create the batch" not in shown


def test_the_summary_remarks_that_an_imap_server_can_not_demand_a_new_password(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator, STAGED_CSV.replace("False", "True"))
    assert "An IMAP server cannot make users choose" in text(administrator_client.get(page(draft, "summary")))


def test_no_page_shows_a_password_and_none_is_kept_by_browsers(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    for slug in ("type", "users", "endpoints", "configuration", "start", "summary"):
        answer = administrator_client.get(page(draft, slug))
        assert answer.status_code == 200
        assert CANARY not in text(answer)
        assert "no-store" in answer["Cache-Control"]
