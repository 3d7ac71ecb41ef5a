"""A refused sign-in, cured where it is told: one mailbox gets a new password and is tried again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from batches.models import MigrationUser
from batches.states import Decision
from core.models import AuditEntry, Person
from tests.batches.examples import make_batch, make_endpoint, make_user
from tests.html import page_at

pytestmark = pytest.mark.django_db
CANARY = "canary-in-the-mine"


def refused(side: str = "target", *, sign_in: str = "user", **batch: Any) -> MigrationUser:
    """Of a staged batch whose new mailboxes sign in with the passwords of the file, unless told otherwise."""
    made = make_batch(target=make_endpoint("NEW", sign_in=sign_in), **batch)
    wrong: dict[str, Any] = {
        "error_code": "sign_in_failed",
        "error_side": side,
        "target_password": "wrong",
        "due_at": None,
    }
    return make_user(made, status="failed", **wrong)


def address(user: MigrationUser) -> str:
    return reverse("batches:user-sign-in", args=[user.batch_id, user.pk])


def panel(client: Client, user: MigrationUser) -> str:
    return page_at(client, reverse("batches:user", args=[user.batch_id, user.pk])).text


def test_the_mailbox_says_where_it_is_cured_and_is_tried_again(
    administrator_client: Client, administrator: Person
) -> None:
    user = refused()
    assert "Give a new password" in panel(administrator_client, user)
    assert "User name on the source" not in page_at(administrator_client, address(user)).text
    answer = administrator_client.post(address(user), {"password": CANARY}, follow=True)
    assert "pilarp@contoso.com is tried again with the new password." in answer.content.decode()
    assert CANARY not in answer.content.decode()
    user.refresh_from_db()
    assert (user.status, user.target_password) == ("queued", CANARY)
    entry = AuditEntry.objects.get(action="give new passwords", who=administrator)
    assert entry.details == {"users": 1, "addresses": [user.address]}


def test_in_a_batch_that_is_stopped_it_waits_for_the_next_sync(administrator_client: Client) -> None:
    user = refused(decision=Decision.STOPPED)
    answer = administrator_client.post(address(user), {"password": CANARY}, follow=True)
    assert "pilarp@contoso.com has a new password for its next sync." in answer.content.decode()
    user.refresh_from_db()
    assert (user.status, user.target_password) == ("failed", CANARY)


@pytest.mark.parametrize(
    ("typed", "said"), [("", "This field is required."), ("wrong", "This is the password that"), ("x" * 257, "at most")]
)
def test_what_can_not_be_the_cure_is_said_at_the_field(typed: str, said: str, administrator_client: Client) -> None:
    user = refused()
    answer = administrator_client.post(address(user), {"password": typed}, follow=True)
    assert said in answer.content.decode()
    assert "xxx" not in answer.content.decode()
    user.refresh_from_db()
    assert (user.status, user.target_password) == ("failed", "wrong")


def test_at_the_old_server_the_user_name_may_be_wrong_as_well(administrator_client: Client) -> None:
    user = refused("source", type="imap", source=make_endpoint("OLD", sign_in="user"))
    administrator_client.post(address(user), {"user_name": "pilar", "password": CANARY})
    user.refresh_from_db()
    assert (user.status, user.user_name, user.source_password) == ("queued", "pilar", CANARY)


def test_an_account_of_the_endpoint_is_changed_there(administrator_client: Client) -> None:
    shown = panel(administrator_client, refused("source"))
    assert "Change the account of EXCH-SRV-01" in shown
    assert "Give a new password" not in shown


def test_helpdesk_is_told_who_can_do_it(helpdesk_client: Client) -> None:
    user = refused()
    assert "An administrator can give it a new password." in panel(helpdesk_client, user)
    assert "Give a new password" not in page_at(helpdesk_client, "/overview/").text


def test_the_overview_leads_to_the_cure_of_one_by_hand_and_of_many_by_file(administrator_client: Client) -> None:
    user = refused()
    assert address(user) in str(page_at(administrator_client, "/overview/").one("a", id="cure-1-1"))
    make_user(user.batch, "ann@contoso.com", status="failed", error_code="sign_in_failed", error_side="target")
    cure = page_at(administrator_client, "/overview/").one("a", id="cure-1-1")
    assert cure["href"] == reverse("batches:add-users", args=[user.batch_id])
