"""The page of reports, and what was left behind."""

from __future__ import annotations

import pytest
from django.test import Client

from batches.models import Verification
from tests.batches.downloads import failed_user, octets_at, skipped_item
from tests.batches.examples import NOON, make_batch, make_user
from tests.html import page_at


def test_every_report_of_all_batches_and_of_each_is_one_click_away(manager_client: Client) -> None:
    batch, gone = make_batch("Finance"), make_batch("Sales", decision="removing", deleted_at=NOON)
    found = {"ok": True, "source_messages": 7, "target_messages": 7, "equal": 7, "differences": {}}
    Verification.objects.create(user=make_user(gone), asked_at=NOON, ended_at=NOON, result=found)
    page = page_at(manager_client, "/reports/")
    assert [row[0] for row in page.rows()] == [
        "Migration statistics",
        "Migration errors",
        "Skipped items",
        "Verifications",
    ]
    links = {link["href"] for link in page.all("a") if "download" in link.attributes}
    for place in ("/reports", f"/batches/{batch.pk}", f"/batches/{gone.pk}"):
        for name in ("MigrationStatistics", "MigrationErrors", "SkippedItems", "Verifications"):
            assert {f"{place}/{name}.csv", f"{place}/{name}.xlsx"} <= links
    assert "/reports/Verifications.json" in links
    assert f"/batches/{gone.pk}/evidence.zip" in links
    assert f"/batches/{batch.pk}/evidence.zip" not in links  # nothing was verified there
    assert all(octets_at(manager_client, link) for link in links)


def test_only_administrators_are_offered_the_diagnostics(administrator_client: Client, manager_client: Client) -> None:
    assert page_at(administrator_client, "/reports/").all("a", id="diagnostics")
    assert not page_at(manager_client, "/reports/").all("a", id="diagnostics")


def test_who_may_not_download_is_not_led_to_the_reports(helpdesk_client: Client, manager_client: Client) -> None:
    assert not page_at(helpdesk_client, "/batches/").all("a", href="/reports/")
    assert page_at(manager_client, "/batches/").all("a", href="/reports/")


def test_batches_are_found_by_name_and_shown_in_pages(manager_client: Client) -> None:
    for number in range(51):
        make_batch(f"Wave{number:02}")
    page = page_at(manager_client, "/reports/")
    assert len(page.all("a", id="next-page")) == 1
    found = page_at(manager_client, "/reports/?q=wave50", headers={"HX-Request": "true"})
    assert [row[0] for row in found.rows()] == ["Wave50"]
    assert not found.all("h1")
    assert "No batch matches" in page_at(manager_client, "/reports/?q=nothing").text


def test_an_empty_page_says_what_to_expect(manager_client: Client) -> None:
    assert "Each batch has its reports here from the moment it is created." in page_at(manager_client, "/reports/").text
    assert "Nothing was left behind" in page_at(manager_client, "/reports/skipped/").text


def test_skipped_items_are_listed_and_can_be_narrowed(manager_client: Client) -> None:
    user = failed_user(make_batch("Finance"), "anna@contoso.com")
    other = failed_user(make_batch("Sales"), "ben@contoso.com")
    skipped_item(user, subject="Drawings")
    skipped_item(user, subject="Broken", kind="unreadable", uid=8)
    skipped_item(other, subject="Film")

    def subjects(query: str) -> list[str]:
        return [row[1] for row in page_at(manager_client, f"/reports/skipped/{query}").rows()]

    assert subjects("") == ["Film", "Broken", "Drawings"]
    assert subjects("?kind=unreadable") == ["Broken"]
    assert subjects("?q=ben") == ["Film"]
    assert subjects(f"?batch={user.batch_id}") == ["Broken", "Drawings"]
    assert subjects(f"?batch={user.batch_id}&kind=too_large") == ["Drawings"]
    assert "No skipped item matches" in page_at(manager_client, "/reports/skipped/?q=nobody").text
    assert "Skipped items of Finance" in page_at(manager_client, f"/reports/skipped/?batch={user.batch_id}").text


@pytest.mark.parametrize(
    ("query", "status"),
    [("?batch=0", 404), ("?batch=x", 200), ("?batch=²", 200), ("?page=x", 200), ("?kind=%00", 200)],
)
def test_a_strange_address_is_no_error(query: str, status: int, manager_client: Client) -> None:
    assert manager_client.get(f"/reports/skipped/{query}").status_code == status


def test_the_details_of_a_batch_lead_to_its_reports(manager_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    page = page_at(manager_client, f"/batches/{batch.pk}/")
    assert page.one("a", id="flyout-statistics-xlsx")["href"] == f"/batches/{batch.pk}/MigrationStatistics.xlsx"
    assert page.one("a", id="flyout-skipped")["href"] == f"/reports/skipped/?batch={batch.pk}"
