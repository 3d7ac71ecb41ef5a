"""What creating the batch will do is spelled out before the button is pressed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.test import Client

from batches.models import BatchDraft
from core.models import OrganizationSettings, Person
from core.organization import keep
from endpoints.models import SignIn
from tests.batches.examples import make_endpoint
from tests.batches.wizard.drafting import IMAP_CSV, STAGED_CSV, admin_endpoint, page, ready_draft, text

pytestmark = pytest.mark.django_db

WITHOUT_PASSWORDS = "EmailAddress\npilarp@contoso.com\n"


def said(client: Client, by: Person, csv: str = STAGED_CSV, **fields: Any) -> str:
    return text(client.get(page(ready_draft(by, csv, **fields), "summary"))).replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"start": "manual"}, "Nothing is copied before somebody presses Start."),
        ({"start": "now"}, "the copying of 2 mailboxes begins."),
        (
            {"start": "later", "start_after": datetime(2199, 7, 1, 7, 30, tzinfo=UTC)},
            "Nothing is copied before 1 July 2199 07:30",
        ),
        ({"allow_incremental_syncs": True}, "is copied every 24 hours, until the batch is stopped or deleted."),
        ({"allow_incremental_syncs": False}, "What arrives later stays on the source."),
        ({"notification_emails": ["a@contoso.com"]}, "Reports go to a@contoso.com."),
    ],
)
def test_each_answer_has_its_consequence(
    fields: dict[str, Any], sentence: str, administrator_client: Client, administrator: Person
) -> None:
    assert sentence in said(administrator_client, administrator, **fields)


def test_what_is_not_done_is_said(administrator_client: Client, administrator: Person) -> None:
    shown = said(administrator_client, administrator)
    for sentence in (
        "On OLD mail is only read",
        "The mailboxes on NEW are not created: they have to exist.",
        "No forwarding is set up: new mail goes on arriving at OLD until the MX record is changed.",
    ):
        assert sentence in shown


def test_what_becomes_of_the_passwords_is_said(administrator_client: Client, administrator: Person) -> None:
    assert "The passwords of the CSV file sign in to the mailboxes on NEW." in said(administrator_client, administrator)
    BatchDraft.objects.all().delete()
    given: dict[str, Any] = {"source": admin_endpoint("A"), "target": admin_endpoint("B")}
    assert "are not used: B is opened with an administrator's account." in said(
        administrator_client, administrator, **given
    )
    given = {"source": make_endpoint("C", sign_in=SignIn.USER), "target": admin_endpoint("D")}
    assert "sign in to the mailboxes on C." in said(
        administrator_client, administrator, IMAP_CSV, type="imap", name="W2", **given
    )
    given = {"source": admin_endpoint("E"), "target": admin_endpoint("F")}
    assert "The CSV file has no passwords" in said(administrator_client, administrator, WITHOUT_PASSWORDS, **given)


def test_the_limit_that_binds_and_the_hours_are_named(administrator_client: Client, administrator: Person) -> None:
    target = make_endpoint(
        "M365",
        max_concurrent_migrations=5,
        max_concurrent_incremental_syncs=5,
        hours_from=time(19),
        hours_until=time(7),
    )
    shown = said(administrator_client, administrator, target=target)
    assert "At most 5 mailboxes are copied at once: the limit of M365." in shown
    assert "M365 is used only from 19:00 to 07:00 (UTC)." in shown


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.05, "every 3 minutes"), (1, "every hour"), (1.5, "every 90 minutes"), (48, "every 48 hours")],
)
def test_the_time_between_syncs_is_said_in_the_unit_that_fits(
    administrator_client: Client, administrator: Person, hours: float, words: str
) -> None:
    keep(OrganizationSettings(incremental_sync_hours=hours, verified_domains_only=False))
    assert f"is copied {words}, until" in said(administrator_client, administrator, allow_incremental_syncs=True)
