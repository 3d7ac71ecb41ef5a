"""Statistics, errors and the report of a user, as files."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from batches.models import LogLine, MigrationBatch, MigrationUser, Verification
from batches.reports.offered import REPORTS
from batches.reports.table import Report
from core.as_text import FORMULA_STARTS, safe_cell
from core.models import AuditEntry, Person
from tests.batches.downloads import failed_user, file_at, skipped_item, table_at
from tests.batches.examples import NOON, make_batch, make_user, make_users
from tests.html import page_at


def statistics(client: Client, batch: MigrationBatch) -> list[dict[str, str]]:
    return table_at(client, f"/batches/{batch.pk}/MigrationStatistics.csv")


def errors(client: Client, batch: MigrationBatch) -> list[dict[str, str]]:
    return table_at(client, f"/batches/{batch.pk}/MigrationErrors.csv")


def test_statistics_hold_one_line_for_every_user(manager_client: Client) -> None:
    batch = make_batch()
    figures = {"items_total": 30, "items_synced": 28, "items_skipped": 2, "octets_total": 4096, "octets_synced": 3000}
    make_user(batch, "a@contoso.com", status="synced", active_seconds=60.0, first_synced_at=NOON, **figures)
    make_user(batch, "b@contoso.com")
    first, second = statistics(manager_client, batch)
    assert first == {
        "Identity": "a@contoso.com",
        "Batch": "StagedBatch1",
        "BatchDeleted": "",
        "Status": "Synced",
        "ItemsSynced": "28",
        "ItemsSkipped": "2",
        "ItemsTotal": "30",
        "BytesMigrated": "3000",
        "BytesTotal": "4096",
        "BytesPerMinute": "3000",
        "InitialSyncEnded": "2026-03-02T12:00:00Z",
        "LastSynced": "",
        "LastSuccessfulSync": "",
        "StatusSince": "2026-03-02T12:00:00Z",
    }
    assert (second["Identity"], second["Status"], second["BytesPerMinute"]) == ("b@contoso.com", "Queued", "")


def test_a_size_that_no_server_told_is_left_empty(manager_client: Client) -> None:
    batch = make_batch()
    make_user(batch, status="synced", items_total=30, items_synced=30, octets_synced=3000)
    (row,) = statistics(manager_client, batch)
    assert (row["ItemsTotal"], row["BytesMigrated"], row["BytesTotal"]) == ("30", "3000", "")


def test_errors_hold_failures_and_skipped_items_with_the_servers_words(manager_client: Client) -> None:
    batch = make_batch()
    user = failed_user(batch)
    skipped_item(user)
    make_user(batch, "fine@contoso.com", status="synced")
    failure, item = errors(manager_client, batch)
    assert failure["EmailAddress"] == item["EmailAddress"] == "full@contoso.com"
    assert (failure["Type"], failure["Status"], failure["Side"]) == ("mailbox", "Failed", "target")
    assert failure["ErrorMessage"].startswith("The mailbox on the target server new-srv.contoso.com is full.")
    assert failure["ServerWords"] == "NO [OVERQUOTA] Full."
    assert failure["Time"] == "2026-03-02T12:00:00Z"
    assert (item["Type"], item["Status"], item["ServerWords"]) == ("item", "too_large", "NO [LIMIT]")
    assert item["ErrorMessage"].startswith("The message is larger than the target server accepts.")
    assert (item["Folder"], item["Subject"], item["Date"], item["Size"]) == (
        "Archief/2019",
        "Foto's",
        "2026-03-02T12:00:00Z",
        "61234567",
    )


def test_reports_are_english_whatever_the_person_reads(administrator: Person, administrator_client: Client) -> None:
    Person.objects.update(language="nl")
    batch = make_batch()
    failed_user(batch)
    assert statistics(administrator_client, batch)[0]["Status"] == "Failed"
    assert errors(administrator_client, batch)[0]["ErrorMessage"].startswith("The mailbox on the target server")


def test_a_batch_without_errors_has_a_file_with_a_header_only(manager_client: Client) -> None:
    batch = make_batch()
    make_user(batch, status="synced")
    assert errors(manager_client, batch) == []


def test_no_spreadsheet_takes_mail_for_a_formula(manager_client: Client) -> None:
    batch = make_batch()
    user = failed_user(batch)
    skipped_item(user, subject='=HYPERLINK("http://evil.example","salaries")', folder="@SUM(A1)", reason="+1")
    item = errors(manager_client, batch)[1]
    assert item["Subject"] == '\'=HYPERLINK("http://evil.example","salaries")'
    assert (item["Folder"], item["ServerWords"]) == ("'@SUM(A1)", "'+1")


@given(st.text())
def test_no_cell_begins_like_a_formula_and_nothing_gets_lost(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_the_report_of_a_user_tells_its_life(manager_client: Client) -> None:
    user = failed_user(make_batch())
    skipped_item(user)
    for minute in range(3):
        LogLine.objects.create(
            user=user, at=NOON + timedelta(minutes=minute), text=f"Copy progress: {minute}/3 messages."
        )
    report = file_at(manager_client, f"/batches/{user.batch_id}/users/{user.pk}/report.txt")
    assert report.startswith("Report for full@contoso.com, batch StagedBatch1. Times are in UTC.\n")
    assert "Words of the server (target): NO [OVERQUOTA] Full.\n" in report
    assert "Skipped: Archief/2019, UID 7, 58.4 MB (61,234,567 bytes), too_large:" in report
    assert report.endswith(
        "2026-03-02 12:01:00 Copy progress: 1/3 messages.\n2026-03-02 12:02:00 Copy progress: 2/3 messages.\n"
    )


@pytest.mark.parametrize("name", ["MigrationStatistics.csv", "MigrationErrors.csv", "users/{user}/report.txt"])
def test_only_managers_and_administrators_download(
    name: str, administrator_client: Client, manager_client: Client, helpdesk_client: Client, stranger: Client
) -> None:
    user = make_user(make_batch())
    url = f"/batches/{user.batch_id}/{name.format(user=user.pk)}"
    clients = (administrator_client, manager_client, helpdesk_client, stranger)
    assert [client.get(url).status_code for client in clients] == [200, 200, 403, 302]


def test_the_browser_stores_a_report_and_nobody_else_does(manager_client: Client) -> None:
    batch = make_batch("Finance and legal")
    answer = manager_client.get(f"/batches/{batch.pk}/MigrationErrors.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Finance and legal-MigrationErrors.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("pilarp@contoso.com", 'filename="pilarp@contoso.com-report.txt"'),
        ("a/b\\c\r\nd@contoso.com", 'filename="a_b_c__d@contoso.com-report.txt"'),
        ("zoë@contoso.com", "filename*=utf-8''zo%C3%AB%40contoso.com-report.txt"),
    ],
)
def test_the_report_of_a_user_is_named_after_the_address(address: str, name: str, manager_client: Client) -> None:
    user = make_user(make_batch(), address)
    answer = manager_client.get(f"/batches/{user.batch_id}/users/{user.pk}/report.txt")
    assert answer.headers["Content-Disposition"] == f"attachment; {name}"


def test_the_reports_of_a_deleted_batch_stay(manager_client: Client) -> None:
    batch = make_batch(decision="removing", deleted_at=timezone.now())
    make_user(batch, status="stopped")
    assert len(statistics(manager_client, batch)) == 1
    assert page_at(manager_client, f"/batches/{batch.pk}/").all("a", id="flyout-statistics")


def test_a_large_batch_is_read_in_parts(manager_client: Client) -> None:
    batch = make_batch()
    make_users(batch, 3)
    MigrationUser.objects.bulk_create(
        MigrationUser(batch=batch, position=i, address=f"bulk{i}@contoso.com", status_at=NOON) for i in range(10, 1210)
    )
    assert len(statistics(manager_client, batch)) == 1203


def test_a_report_of_all_batches_tells_them_apart_and_keeps_those_that_were_deleted(manager_client: Client) -> None:
    old, new = make_batch("Sales", decision="removing", deleted_at=NOON), make_batch("Sales")
    failed_user(new)
    skipped_item(failed_user(old, "gone@contoso.com"))
    assert [tuple(row.values())[:3] for row in table_at(manager_client, "/reports/MigrationStatistics.csv")] == [
        ("gone@contoso.com", "Sales", "2026-03-02T12:00:00Z"),
        ("full@contoso.com", "Sales", ""),
    ]
    rows = table_at(manager_client, "/reports/MigrationErrors.csv")
    assert [(row["EmailAddress"], row["Type"]) for row in rows] == [
        ("gone@contoso.com", "mailbox"),
        ("full@contoso.com", "mailbox"),
        ("gone@contoso.com", "item"),
    ]


def test_skipped_items_have_a_file_of_their_own(manager_client: Client) -> None:
    user = failed_user(make_batch())
    skipped_item(user, is_kept=True)
    (row,) = table_at(manager_client, f"/batches/{user.batch_id}/SkippedItems.csv")
    assert (row["EmailAddress"], row["Kind"], row["Uid"], row["Kept"]) == ("full@contoso.com", "Too large", "7", "yes")
    assert row["WhatToDo"].startswith("The message is larger than the target server accepts.")
    assert row["ServerWords"] == "NO [LIMIT]"


def test_verifications_tell_the_last_result_of_every_mailbox(manager_client: Client) -> None:
    batch = make_batch()
    proven, failed, waiting, _ = make_users(batch, 4, status="synced")
    found = {"ok": True, "source_messages": 7, "target_messages": 7, "equal": 6, "differences": {"missing:skipped": 1}}
    Verification.objects.create(user=proven, asked_at=NOON, ended_at=NOON, error_code="timeout")
    Verification.objects.create(user=proven, asked_at=NOON + timedelta(hours=1), ended_at=NOON, result=found)
    Verification.objects.create(user=failed, asked_at=NOON, ended_at=NOON, error_code="timeout", error_words="BYE")
    Verification.objects.create(user=waiting, asked_at=NOON)
    rows = table_at(manager_client, "/reports/Verifications.csv")
    assert [(row["Result"], row["Differences"], row["Error"]) for row in rows] == [
        ("accounted for", "missing:skipped 1", ""),
        ("failed", "", "timeout BYE"),
        ("waiting", "", ""),
        ("not verified", "", ""),
    ]
    assert [
        (row["Result"], row["Equal"], row["Verified"])
        for row in json.loads(file_at(manager_client, "/reports/Verifications.json"))
    ] == [
        ("accounted for", 6, "2026-03-02T12:00:00Z"),
        ("failed", None, "2026-03-02T12:00:00Z"),
        ("waiting", None, None),
        ("not verified", None, None),
    ]


def test_a_list_of_nothing_is_a_list(manager_client: Client) -> None:
    assert json.loads(file_at(manager_client, "/reports/Verifications.json")) == []


def test_who_takes_a_report_is_written_down(manager: Person, manager_client: Client) -> None:
    batch = make_batch()
    errors(manager_client, batch)
    entry = AuditEntry.objects.get(action="download report")
    assert (entry.who, entry.thing) == (manager, "StagedBatch1-MigrationErrors.csv")


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.file)
def test_the_number_of_queries_does_not_grow_with_the_rows(report: Report, db: None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            number[0] = sum(1 for _ in report.rows(None))
        return len(caught)

    number = [0]
    failed_user(make_batch())
    few = queries()
    for i in range(5):
        skipped_item(failed_user(make_batch(f"More{i}"), f"{i}@contoso.com"))
    assert queries() == few
    assert number[0] >= 5


def test_no_password_is_even_read_for_a_report(manager_client: Client, settings: Settings) -> None:
    user = failed_user(make_batch())
    skipped_item(user)
    MigrationUser.objects.filter(pk=user.pk).update(source_password="canary", target_password="canary")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]  # whoever reads one now gets an error
    for name in ("MigrationStatistics.csv", "MigrationErrors.csv", "SkippedItems.csv", f"users/{user.pk}/report.txt"):
        assert "canary" not in file_at(manager_client, f"/batches/{user.batch_id}/{name}")
