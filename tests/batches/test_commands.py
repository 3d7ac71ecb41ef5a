"""Commands of people: forms that work without JavaScript, and pages that ask before something is deleted."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from batches.models import MigrationBatch, MigrationUser
from core.models import AuditEntry
from tests.batches.examples import make_batch, make_user
from tests.html import page_at
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.usefixtures("valkey")


def said(client: Client, url: str) -> list[str]:
    """Give the command; what the next page says of it."""
    answer = client.post(url)
    assert answer.status_code == 303
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_batch_is_started_and_the_page_says_so(administrator_client: Client) -> None:
    batch = make_batch(decision="created")
    make_user(batch)
    assert said(administrator_client, f"/batches/{batch.pk}/start/") == ["StagedBatch1 has been started."]
    batch.refresh_from_db()
    assert batch.decision == "started"
    assert AuditEntry.objects.get().name == "administrator"


@pytest.mark.parametrize(
    ("command", "status", "becomes"),
    [("stop", "queued", "stopped"), ("retry", "failed", "queued"), ("sync-now", "synced", "synced")],
)
def test_each_command_does_what_it_says(command: str, status: str, becomes: str, administrator_client: Client) -> None:
    batch = make_batch()
    user = make_user(batch, status=status)
    make_user(batch, "other@contoso.com", status="synced")
    assert len(said(administrator_client, f"/batches/{batch.pk}/{command}/")) == 1
    user.refresh_from_db()
    assert user.status == becomes


@pytest.mark.parametrize(
    ("command", "status", "becomes"),
    [("stop", "queued", "stopped"), ("resume", "failed", "queued"), ("sync-now", "synced", "synced")],
)
def test_a_single_mailbox_takes_commands_too(
    command: str, status: str, becomes: str, administrator_client: Client
) -> None:
    user = make_user(make_batch(), status=status)
    assert len(said(administrator_client, f"/batches/{user.batch_id}/users/{user.pk}/{command}/")) == 1
    user.refresh_from_db()
    assert user.status == becomes


def test_a_command_that_is_not_allowed_is_refused_with_the_reason(administrator_client: Client) -> None:
    batch = make_batch(decision="created")
    make_user(batch)
    assert said(administrator_client, f"/batches/{batch.pk}/stop/") == [
        "Nothing runs in StagedBatch1 (Created), so there is nothing to stop."
    ]


def test_one_goes_back_to_where_one_was(administrator_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    url = f"/batches/{batch.pk}/stop/"
    here = administrator_client.post(url, {"next": "/batches/?q=staged"})
    assert here.headers["Location"] == "/batches/?q=staged"
    elsewhere = administrator_client.post(url, {"next": "//evil.example/"})
    assert elsewhere.headers["Location"] == f"/batches/{batch.pk}/"


def test_deleting_a_batch_says_its_consequence_before_it_asks(administrator_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    page = page_at(administrator_client, f"/batches/{batch.pk}/delete/")
    assert page.one("h1").text == "Delete StagedBatch1?"
    assert "1 mailbox is no longer kept in step. Mail on either server is not touched." in page.text
    assert "Passwords from the CSV file are wiped." in page.text
    assert not MigrationBatch.objects.exclude(deleted_at=None).exists()
    form = page.one("form", action=f"/batches/{batch.pk}/delete/")
    answer = administrator_client.post(form["action"])
    assert answer.headers["Location"] == "/batches/"
    assert MigrationBatch.objects.exclude(deleted_at=None).get() == batch


def test_deleting_a_mailbox_says_its_consequence_before_it_asks(administrator_client: Client) -> None:
    user = make_user(make_batch(), status="synced")
    url = f"/batches/{user.batch_id}/users/{user.pk}/delete/"
    page = page_at(administrator_client, url)
    assert page.one("h1").text == "Delete pilarp@contoso.com from the batch?"
    assert "Mail on either server is not touched." in page.text
    assert administrator_client.post(url).headers["Location"] == f"/batches/{user.batch_id}/users/"
    assert not MigrationUser.objects.exists()


def test_stopping_a_batch_says_its_consequence_before_it_asks(administrator_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    page = page_at(administrator_client, f"/batches/{batch.pk}/stop/?next=/batches/?q=staged")
    assert page.one("h1").text == "Stop StagedBatch1?"
    assert "New mail on the source server is not copied for its 1 mailbox until you resume." in page.text
    batch.refresh_from_db()
    assert batch.decision == "started"
    answer = administrator_client.post(
        f"/batches/{batch.pk}/stop/", {"next": page.all("input", name="next")[-1]["value"]}
    )
    batch.refresh_from_db()
    assert (answer.headers["Location"], batch.decision) == ("/batches/?q=staged", "stopped")


def test_stopping_a_mailbox_says_its_consequence_before_it_asks(administrator_client: Client) -> None:
    user = make_user(make_batch())
    page = page_at(administrator_client, f"/batches/{user.batch_id}/users/{user.pk}/stop/")
    assert page.one("h1").text == "Stop pilarp@contoso.com?"
    assert "What was copied stays, and resuming goes on where it was." in page.text
    user.refresh_from_db()
    assert user.status == "queued"


def test_htmx_gets_the_question_as_a_dialog(administrator_client: Client) -> None:
    batch = make_batch()
    page = page_at(administrator_client, f"/batches/{batch.pk}/delete/", headers={"HX-Request": "true"})
    assert page.one("dialog")["aria-labelledby"] == page.one("h2")["id"]
    assert not page.all("body")


@pytest.mark.django_db(transaction=True)
def test_while_the_broker_is_gone_a_command_is_kept_and_the_page_says_so(
    administrator_client: Client, valkey: Valkey
) -> None:
    user = make_user(make_batch(), status="failed")
    url = f"/batches/{user.batch_id}/users/{user.pk}/resume/"
    valkey.kill()
    assert said(administrator_client, url) == [
        "pilarp@contoso.com goes on where it was.",
        "The message broker cannot be reached. What was asked for is kept, and begins when the broker answers again.",
    ]
    user.refresh_from_db()
    assert user.status == "queued"
    valkey.start()
    MigrationUser.objects.update(status="failed")
    assert said(administrator_client, url)[2:] == ["pilarp@contoso.com goes on where it was."]


DELETED = "StagedBatch1 has been deleted. Its reports stay; nothing else can be done with it."


def test_a_command_on_a_deleted_batch_says_that_it_is_deleted(administrator_client: Client) -> None:
    user = make_user(make_batch(decision="removing", deleted_at="2026-01-01T00:00Z"))
    batch_url = f"/batches/{user.batch_id}/"
    for url in (f"{batch_url}start/", f"{batch_url}delete/", f"{batch_url}users/{user.pk}/resume/"):
        assert said(administrator_client, url)[-1] == DELETED
    asked = administrator_client.get(f"{batch_url}delete/")
    assert (asked.status_code, asked.headers["Location"]) == (303, batch_url)


@pytest.mark.parametrize("command", ["stop", "resume", "delete"])
def test_a_command_on_a_deleted_mailbox_says_that_it_is_deleted(command: str, administrator_client: Client) -> None:
    user = make_user(make_batch())
    url, back = f"/batches/{user.batch_id}/users/{user.pk}/{command}/", f"/batches/{user.batch_id}/users/"
    user.delete()
    answer = administrator_client.post(url, {"next": f"/batches/{user.batch_id}/users/7/"}, follow=True)
    assert answer.redirect_chain == [(back, 303)]
    assert "This mailbox was deleted: it is no longer in the batch StagedBatch1." in answer.content.decode()


def test_instead_of_the_question_about_a_deleted_mailbox_htmx_opens_the_list(administrator_client: Client) -> None:
    back = f"/batches/{make_batch().pk}/users/"
    assert administrator_client.get(f"{back}7/delete/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == back


def test_a_mailbox_is_found_only_in_its_own_batch(administrator_client: Client) -> None:
    user = make_user(make_batch())
    other = make_batch("Other")
    assert administrator_client.post(f"/batches/{other.pk}/users/{user.pk}/stop/").status_code == 303
    user.refresh_from_db()
    assert user.status == "queued"


@pytest.mark.parametrize("command", ["start", "stop", "retry", "sync-now", "delete"])
def test_only_administrators_command(
    command: str, helpdesk_client: Client, manager_client: Client, stranger: Client
) -> None:
    url = f"/batches/{make_batch().pk}/{command}/"
    assert [client.post(url).status_code for client in (helpdesk_client, manager_client, stranger)] == [403, 403, 302]


def test_looking_at_a_command_does_nothing(administrator_client: Client) -> None:
    assert administrator_client.get(f"/batches/{make_batch().pk}/start/").status_code == 405
