"""Reports as workbooks for Excel and its like (XLSX), written to a file row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.as_text import Cell, Row, time_in_words

ROWS_A_SHEET = 1_048_576 - 1  # Excel's limit, and the head
# A workbook's calendar begins in 1900, and takes that for a leap year.
CALENDAR = datetime(1900, 3, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
# What a mail says is text, whatever it looks like: no formula, no link, no number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(name: str, columns: Mapping[str, int], rows: Iterable[Row]) -> IO[bytes]:
    """The file, to be read from its beginning. What does not fit on one sheet goes on on the next."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with Workbook(file, OPTIONS) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, part in enumerate(_sheets_of(iter(rows))):
            sheet = book.add_worksheet(f"{name} {number + 1}" if number else name)
            _fill(sheet, columns, part, head, moment)
    file.seek(0)
    return file


def _sheets_of(rows: Iterator[Row]) -> Iterator[Iterator[Row]]:
    """At least one: a workbook without any can not be opened. Each is read to its end before the next."""
    yield islice(rows, ROWS_A_SHEET)
    for row in rows:
        yield chain([row], islice(rows, ROWS_A_SHEET - 1))


def _fill(sheet: Worksheet, columns: Mapping[str, int], rows: Iterator[Row], head: Format, moment: Format) -> None:
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(columns.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, last, column, value, moment)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, moment: Format) -> None:
    """The library takes text that begins with <r> and ends with </r> for markup of its own: that never happens here."""
    if isinstance(value, str):
        sheet.write_string(row, column, f"{value} " if value.endswith("</r>") else value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value and CALENDAR[0] <= value < CALENDAR[1]:
        sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), moment)
    elif value:
        sheet.write_string(row, column, time_in_words(value))
