"""Reports as workbooks."""

from __future__ import annotations

import operator
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from batches.reports import as_workbook
from batches.reports.as_workbook import workbook
from core import zipped
from core.as_text import Row
from tests.batches.downloads import failed_user, octets_at, sheets, skipped_item
from tests.batches.examples import NOON, make_batch

COLUMNS = {"Identity": 20, "Items": 10, "At": 19}
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)  # of a workbook's calendar


def part_of(octets: bytes, name: str) -> str:
    with ZipFile(BytesIO(octets)) as archive:
        return archive.read(name).decode()


def made(rows: list[Row]) -> bytes:
    return b"".join(workbook("Statistics", COLUMNS, rows))


def test_numbers_are_numbers_times_are_times_in_utc_and_words_are_words() -> None:
    half_past_nine = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    octets = made([("a@contoso.com", 12, half_past_nine), ("=1+1", None, None), ("", 0, None)])
    head, first, second, third = sheets(octets)["Statistics"]
    assert head == list(COLUMNS)
    assert first[:2] == ["a@contoso.com", 12]
    assert EPOCH + timedelta(seconds=round(first[2] * 86400)) == half_past_nine
    assert second == ["=1+1"]
    assert third == ["", 0]


def test_the_head_stays_in_sight_and_every_column_can_be_filtered() -> None:
    sheet = part_of(made([("a@contoso.com", 1, NOON)] * 3), "xl/worksheets/sheet1.xml")
    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:C4"/>' in sheet
    assert sheet.count("<col ") == 3
    assert "<b/>" in part_of(made([]), "xl/styles.xml")


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_workbook, "ROWS_A_SHEET", 2)
    found = sheets(made([(f"{i}", i, None) for i in range(5)]))
    assert {name: [row[1] for row in rows[1:]] for name, rows in found.items()} == {
        "Statistics": [0, 1],
        "Statistics 2": [2, 3],
        "Statistics 3": [4],
    }
    assert all(rows[0] == list(COLUMNS) for rows in found.values())
    assert list(sheets(made([("", i, None) for i in range(2)]))) == ["Statistics"]


def test_a_report_of_nothing_can_be_opened() -> None:
    assert sheets(made([])) == {"Statistics": [list(COLUMNS)]}


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_days_that_no_workbook_knows_are_words(year: int) -> None:
    when = datetime(year, 12, 31, 23, tzinfo=UTC)
    ((_, row),) = sheets(made([("a", 1, when)])).values()
    assert row[2] == f"{year}-12-31T23:00:00Z" if year > 1000 else row[2].endswith("1-12-31T23:00:00Z")


@given(st.lists(st.text(), max_size=3))
@settings(max_examples=30)
def test_whatever_mail_says_the_workbook_can_be_read(texts: list[str]) -> None:
    found = sheets(made([(text, 1, None) for text in texts]))["Statistics"][1:]
    assert len(found) == len(texts)


@pytest.mark.parametrize(
    "text", ["<r>&no markup</r>", "\x00\x08", "\ufffe\uffff", "\ud83d\ude00", "x" * 40_000, "_x0041_"]
)
def test_odd_texts_break_no_workbook(text: str) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    ((_, row),) = sheets(made([(text, 1, None)])).values()
    assert row[1] == 1


def test_what_is_written_is_sent_before_the_next_rows_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "AT_ONCE", 4096)
    read: list[int] = []

    def rows() -> Iterator[Row]:
        for i in range(10_000):
            read.append(i)
            yield f"user{i}@contoso.com", i, NOON

    read_at = [0, *(len(read) for _part in workbook("Statistics", COLUMNS, rows()))]
    assert max(map(operator.sub, read_at[1:], read_at)) < 3000


def test_memory_does_not_grow_with_the_rows() -> None:
    def rows(number: int) -> Iterator[Row]:
        return ((f"user{i}@contoso.com", i, NOON) for i in range(number))

    def peak(number: int) -> int:
        tracemalloc.start()
        for _part in workbook("Statistics", COLUMNS, rows(number)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded and compiled once
    assert peak(5000) < peak(1000) + 300_000


def test_reports_are_downloaded_as_workbooks(manager_client: Client) -> None:
    user = failed_user(make_batch())
    skipped_item(user, subject='=HYPERLINK("http://evil.example","salaries")')
    found = sheets(octets_at(manager_client, f"/batches/{user.batch_id}/MigrationErrors.xlsx"))["MigrationErrors"]
    assert [row[0] for row in found] == ["EmailAddress", "full@contoso.com", "full@contoso.com"]
    assert '=HYPERLINK("http://evil.example","salaries")' in found[2]
    for name in ("MigrationStatistics", "SkippedItems", "Verifications"):
        assert len(sheets(octets_at(manager_client, f"/reports/{name}.xlsx"))[name]) == 2
