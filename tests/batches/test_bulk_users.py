"""One command to all mailboxes that are ticked in a batch's list, or that match its filter."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from batches.listing import PER_PAGE
from batches.models import MigrationBatch, MigrationUser, Verification
from batches.states import Decision
from tests.batches.examples import NOON, make_batch, make_user, make_users, statuses
from tests.batches.wizard.drafting import text
from tests.html import page_at

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name: str, batch: MigrationBatch) -> str:
    return reverse(f"batches:selected-users-{name}", args=[batch.pk])


def keys(*users: MigrationUser) -> dict[str, list[str]]:
    return {"selected": [str(user.pk) for user in users]}


def test_the_ticked_ones_resume_and_the_others_are_told_why_not(administrator_client: Client) -> None:
    batch = make_batch()
    failed, synced = make_users(batch, 2, status="failed"), make_user(batch, "s@contoso.com", status="synced")
    answer = administrator_client.post(url("resume", batch), keys(failed[0], synced), follow=True)
    assert answer.redirect_chain == [(f"/batches/{batch.pk}/users/", 303)]
    assert "1 mailbox goes on where it was." in text(answer)
    assert "1 mailbox is left as it is (Synced). Only a stopped or failed mailbox can be resumed." in text(answer)
    assert statuses(batch) == ["queued", "failed", "synced"]


def test_everything_means_all_that_match_the_filter_on_every_page(administrator_client: Client) -> None:
    batch = make_batch()
    make_users(batch, PER_PAGE + 2, status="failed", error_code="over_quota")
    make_user(batch, "other@contoso.com", status="failed", error_code="timeout")
    back = f"/batches/{batch.pk}/users/?status=failed&error=over_quota"
    page = page_at(administrator_client, back)
    other = page_at(administrator_client, f"/batches/{batch.pk}/users/?error=timeout").one("p", id="error-filter")
    assert other.text.startswith("Only mailboxes whose last error is this one: The server did not answer in time.")
    assert "Only mailboxes that are full." in page.one("p", id="error-filter").text
    scope = page.one("input", name="filter", form="selection")["value"]
    sent = {"everything": "1", "filter": scope, "next": back, "selected": "1"}
    answer = administrator_client.post(url("resume", batch), sent, follow=True)
    assert answer.redirect_chain == [(back, 303)]
    assert "52 mailboxes go on where they were." in text(answer)
    assert MigrationUser.objects.get(status="failed").address == "other@contoso.com"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("stop", "2 mailboxes are being stopped. What was copied stays."),
        ("sync-now", "2 mailboxes are brought up to date now."),
        ("verify", "2 mailboxes will be verified: every message of both sides is compared."),
    ],
)
def test_what_was_done_is_said_with_the_number(name: str, said: str, administrator_client: Client) -> None:
    batch = make_batch()
    users = make_users(batch, 2, status="synced", first_synced_at=NOON)
    assert said in text(administrator_client.post(url(name, batch), {**keys(*users), "sure": "1"}, follow=True))
    assert Verification.objects.count() == (2 if name == "verify" else 0)


def test_stopping_says_first_what_it_means(administrator_client: Client) -> None:
    batch = make_batch()
    users = make_users(batch, 2, status="queued")
    answer = administrator_client.post(url("stop", batch), keys(*users), headers=HTMX)
    assert "Stop 2 mailboxes of StagedBatch1?" in text(answer)
    assert "resuming goes on where it was" in text(answer)
    assert statuses(batch) == ["queued", "queued"]


def test_deleting_asks_first_and_deletes_those_it_asked_about(administrator_client: Client) -> None:
    batch = make_batch()
    users = make_users(batch, 3, status="failed")
    answer = administrator_client.post(url("delete", batch), keys(*users[:2]), headers=HTMX)
    assert "Delete 2 mailboxes from StagedBatch1?" in text(answer)
    assert batch.users.count() == 3
    sent = {"selected": f"{users[0].pk},{users[1].pk}", "sure": "1"}
    answer = administrator_client.post(url("delete", batch), sent, follow=True)
    assert "2 mailboxes have been deleted from the batch." in text(answer)
    assert batch.users.get() == users[2]
    assert "None of these mailboxes is in the batch any more." in text(
        administrator_client.post(url("delete", batch), sent, follow=True)
    )


def test_moving_asks_where_to(administrator_client: Client) -> None:
    batch, other = make_batch(), make_batch("StagedBatch2", decision=Decision.STOPPED)
    user = make_user(batch, status="synced")
    answer = administrator_client.post(url("move", batch), keys(user))
    assert "Move 1 mailbox to another batch" in text(answer)
    assert f'<option value="{other.pk}">StagedBatch2 (Stopped)</option>' in answer.content.decode()
    sent = {**keys(user), "destination": str(other.pk)}
    answer = administrator_client.post(url("move", batch), sent, follow=True)
    assert "1 mailbox has been moved to StagedBatch2." in text(answer)
    user.refresh_from_db()
    assert user.batch == other
    answer = administrator_client.post(url("move", other), {**keys(user), "destination": "999"}, follow=True)
    assert "between the same two endpoints" in text(answer)


def test_moving_says_so_where_there_is_no_other_batch(administrator_client: Client) -> None:
    batch = make_batch()
    answer = administrator_client.post(url("move", batch), keys(make_user(batch)), headers=HTMX)
    assert "There is no other batch of the same type between the same two endpoints." in text(answer)


@pytest.mark.parametrize("name", ["resume", "delete", "move"])
def test_nothing_selected_is_said(name: str, administrator_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    answer = administrator_client.post(url(name, batch), {"selected": "x"}, follow=True)
    assert "Select one or more mailboxes first." in text(answer)


def test_a_batch_that_does_not_run_says_so_once(administrator_client: Client) -> None:
    batch = make_batch(decision=Decision.STOPPED)
    answer = administrator_client.post(url("resume", batch), keys(*make_users(batch, 3, status="stopped")), follow=True)
    assert text(answer).count("The batch StagedBatch1 is not running. Start it first.") == 1


def test_only_administrators_can_select(helpdesk_client: Client, administrator_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    address = f"/batches/{batch.pk}/users/"
    assert page_at(administrator_client, address).all("input", name="selected")
    assert not page_at(helpdesk_client, address).all("input", name="selected")
    gone = make_batch("Gone", decision=Decision.REMOVING, deleted_at=NOON)
    make_user(gone, status="stopped")
    assert not page_at(administrator_client, f"/batches/{gone.pk}/users/").all("input", name="selected")


def test_a_stopped_batch_is_offered_nothing_that_would_be_refused(administrator_client: Client) -> None:
    for decision, refused in (("started", []), ("stopped", ["selected-resume", "selected-sync-now"])):
        batch = make_batch(decision, decision=decision)
        make_user(batch, status="stopped")
        page = page_at(administrator_client, f"/batches/{batch.pk}/users/")
        offered = {button["id"] for button in page.all("button", class_="bulk")}
        every = {"selected-resume", "selected-stop", "selected-sync-now", "selected-verify", "selected-delete"}
        assert offered == (every | {"selected-move"}) - set(refused)
