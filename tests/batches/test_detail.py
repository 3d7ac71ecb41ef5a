"""The details of a batch, beside the list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches.models import MigrationBatch, ThroughputSample
from batches.states import Decision
from core.models import Person
from tests.batches.examples import NOON, make_batch, make_user, make_users
from tests.html import Page, page_at

HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


def details(client: Client, batch: MigrationBatch, query: str = "") -> Page:
    return page_at(client, f"/batches/{batch.pk}/{query}")


def commands(page: Page) -> list[str]:
    return [
        element.text
        for element in page.elements
        if element["id"].startswith("flyout-") and "command" in element["class"]
    ]


def test_all_that_the_original_tells(administrator: Person, helpdesk_client: Client) -> None:
    batch = make_batch(created_by=administrator, started_at=NOON)
    ended, newest = NOON + timedelta(hours=2), NOON + timedelta(hours=5)
    make_user(batch, "a@contoso.com", status="synced", first_synced_at=NOON + timedelta(hours=1), last_synced_at=newest)
    make_user(batch, "b@contoso.com", status="synced", first_synced_at=ended, last_synced_at=ended)
    make_user(batch, "c@contoso.com", status="failed")
    facts = details(helpdesk_client, batch).facts()
    assert facts["Type"] == "Staged migration"
    assert facts["Direction"] == "Onboarding"
    assert facts["Status"].startswith("Synced with errorsSome mailboxes failed, the others are synced.")
    assert facts["Synced mailboxes"] == "2 of 3"
    assert facts["Finalized mailboxes"] == "0 of 3"
    assert facts["Failed mailboxes"] == "1"
    assert facts["Created by"] == "administrator"
    assert facts["Start time"] == "2 March 2026 12:00 UTC"
    assert facts["Initial sync time"] == "2 March 2026 14:00 UTC"
    assert facts["Initial sync duration"] == "2 h"
    assert facts["Last synced time"] == "2 March 2026 17:00 UTC"
    assert facts["Source"] == "EXCH-SRV-01exch-srv-01.contoso.com"
    assert facts["Target"] == "NEW-SRVnew-srv.contoso.com"


def test_the_initial_sync_has_not_ended_while_one_mailbox_has_no_copy(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_user(batch, "a@contoso.com", status="synced", first_synced_at=NOON)
    make_user(batch, "b@contoso.com", status="stopped")
    facts = details(helpdesk_client, batch).facts()
    assert (facts["Initial sync time"], facts["Initial sync duration"]) == ("not ended yet", "–")


def test_progress_tells_items_data_rate_and_when_it_will_be_done(helpdesk_client: Client) -> None:
    batch, now = make_batch(), timezone.now()
    size = {"items_total": 1000, "octets_total": 40 * 1024**2}
    make_user(
        batch, "done@contoso.com", status="synced", first_synced_at=NOON, items_synced=998, items_skipped=2, **size
    )
    working = {"items_synced": 250, "octets_synced": 10 * 1024**2, "active_seconds": 10.0}
    make_user(batch, "half@contoso.com", status="syncing", **working, **size)
    make_user(batch, "uncounted@contoso.com")
    for minutes in range(1, 6):
        at = now.replace(second=0, microsecond=0) - timedelta(minutes=minutes)
        ThroughputSample.objects.create(batch=batch, minute=at, items=600, octets=60 * 1024**2)
    page = details(helpdesk_client, batch)
    facts = page.facts()
    assert facts["Items"] == "1,248 of 2,000, 2 skipped1 mailbox is not counted yet62 %"
    assert facts["Data"] == "10.0 MB of about 80.0 MB12 %"
    assert "items and" in facts["Throughput now"]
    assert facts["First copies done"].startswith("between ")
    assert [bar["value"] for bar in page.all("progress", aria_label="Items")] == ["62"]
    assert [bar["value"] for bar in page.all("progress", aria_label="migrated")] == ["12"]
    assert "1,248 of 2,000 items" in page_at(helpdesk_client, f"/batches/{batch.pk}/users/").one("p", id="eta").text


def test_no_time_is_promised_where_nothing_is_known(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_user(batch, status="syncing", items_total=10, items_synced=1)
    facts = details(helpdesk_client, batch).facts()
    assert facts["First copies done"] == "not enough has been copied yet to tell"
    assert "Throughput now" not in facts


@pytest.mark.parametrize(
    ("decision", "statuses", "expected"),
    [
        ("created", ["queued"], ["Start", "Delete"]),
        ("started", ["syncing"], ["Stop", "Delete"]),
        ("started", ["syncing", "failed"], ["Stop", "Retry failed", "Delete"]),
        ("started", ["synced"], ["Stop", "Sync now", "Delete"]),
        ("started", ["synced", "failed"], ["Stop", "Retry failed", "Sync now", "Delete"]),
        ("stopped", ["stopped", "synced"], ["Resume", "Delete"]),
        ("stopped", ["stopping"], ["Delete"]),
        ("removing", ["stopping"], []),
    ],
)
def test_commands_appear_when_the_state_allows_them(
    decision: str, statuses: list[str], expected: list[str], administrator_client: Client
) -> None:
    batch = make_batch(decision=decision)
    for i, status in enumerate(statuses):
        make_user(batch, f"user{i}@contoso.com", status=status)
    assert commands(details(administrator_client, batch)) == ["View details", *expected]


def test_others_are_offered_no_command(helpdesk_client: Client, manager_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    for client in (helpdesk_client, manager_client):
        assert commands(details(client, batch)) == ["View details"]


def test_reports_are_for_those_who_may_download(helpdesk_client: Client, manager_client: Client) -> None:
    batch = make_batch()
    assert details(manager_client, batch).all("a", id="flyout-statistics")
    assert not details(helpdesk_client, batch).all("a", id="flyout-statistics")


def test_a_batch_that_stopped_by_itself_says_why(helpdesk_client: Client) -> None:
    batch = make_batch(decision=Decision.STOPPED, attention="sign_in_failures", sign_in_failures=2)
    page = details(helpdesk_client, batch)
    notice = page.one("div", class_="notice-warning", id="attention")
    assert "stopped by itself, to protect accounts from being locked" in notice.text
    assert "The server refused 2 sign-ins in a row." in notice.text
    assert "its synced mailboxes are not kept in step either" in notice.text
    refused = page.one("a", href=f"/batches/{batch.pk}/users/?error=sign_in_failed")
    assert refused.text == "Mailboxes whose sign-in was refused"


@pytest.mark.parametrize("place", ["", "users/"])
def test_mailboxes_that_are_stopped_and_messages_left_behind_are_not_passed_over(
    place: str, helpdesk_client: Client
) -> None:
    batch = make_batch()
    make_user(batch, "a@contoso.com", status="synced", items_total=9, items_synced=7, items_skipped=2)
    make_user(batch, "b@contoso.com", status="stopped")
    page = details(helpdesk_client, batch, place)
    stopped, skipped = page.one("div", id="stopped-mailboxes"), page.one("div", id="skipped-messages")
    assert "1 mailbox has been stopped" in stopped.text
    assert page.one("a", href=f"/batches/{batch.pk}/users/?status=stopped").text == "Stopped mailboxes"
    assert "2 messages could not be brought over." in skipped.text
    assert page.one("a", href=f"/batches/{batch.pk}/users/?status=with-skipped-items")


def test_a_deleted_batch_takes_no_command(administrator_client: Client) -> None:
    batch = make_batch(decision=Decision.REMOVING, deleted_at=timezone.now())
    page = details(administrator_client, batch)
    assert commands(page) == ["View details"]
    assert page.facts()["Status"] == "DeletedThe batch has been deleted. Its history and reports stay."


def test_the_list_beside_it_is_that_of_the_address(helpdesk_client: Client) -> None:
    batch = make_batch("Alpha")
    make_batch("Beta")
    page = details(helpdesk_client, batch, "?q=alpha")
    assert [row[0] for row in page.rows()] == ["Alpha"]
    assert page.one("a", class_="row-link", aria_current="true").text == "Alpha"
    assert page.one("a", class_="close")["href"] == "/batches/?q=alpha"


def test_htmx_gets_list_and_details(helpdesk_client: Client) -> None:
    batch = make_batch("Alpha")
    page = page_at(helpdesk_client, f"/batches/{batch.pk}/", **HTMX)
    assert page.one("title").text == "Alpha · Migration batches · Migration Center"
    assert page.one("div", id="batch-table")
    assert page.one("h2", id="flyout-title").text == "Alpha"
    assert not page.all("body")


def test_a_stranger_sees_nothing(stranger: Client, db: None) -> None:
    assert stranger.get(f"/batches/{make_batch().pk}/").status_code == 302


def test_the_number_of_queries_does_not_grow(
    administrator_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = make_batch()
    make_users(batch, 20, status="syncing", items_total=5)
    make_user(batch, "failed@contoso.com", status="failed")
    for i in range(20):
        make_users(make_batch(f"Other{i}"), 2)
    with django_assert_max_num_queries(20):
        details(administrator_client, batch)


def test_it_is_not_all_done_while_the_size_of_a_mailbox_is_unknown(helpdesk_client: Client) -> None:
    def percentage(page: Page) -> str:
        (bar,) = (bar for bar in page.all("progress") if bar["aria-label"] == "Items synced")
        return bar["value"]

    batch = make_batch()
    make_user(batch, "a@contoso.com", status="synced", items_total=365, items_synced=365, first_synced_at=NOON)
    assert percentage(details(helpdesk_client, batch)) == "100"
    make_user(batch, "b@contoso.com", status="failed")
    page = details(helpdesk_client, batch)
    assert percentage(page) == "99"
    assert "1 mailbox is not counted yet" in page.facts()["Items"]
    assert page.facts()["Mailboxes synced"] == "1 of 250 %"  # as the list of batches says
