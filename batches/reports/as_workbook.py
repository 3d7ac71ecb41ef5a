"""Reports as workbooks for Excel and its like (XLSX, ECMA-376), sent row by row while they are read.

A workbook is a ZIP of XML files. Each text stands in its own cell ("inlineStr") and not in a table of all texts, so that
nothing has to be remembered; what counts the sheets comes last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

from batches.reports.workbook_parts import HEAD_STYLE, TIME_STYLE, Sheet, package, sheet_begins, sheet_ends
from core.as_text import Row, time_in_words
from core.zipped import zipped

ROWS_A_SHEET = 1_048_576 - 1  # Excel's limit, and the head
ROWS_AT_ONCE = 100
# A workbook's calendar begins in 1900, and takes that for a leap year.
CALENDAR = datetime(1900, 3, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
EPOCH, DAY = datetime(1899, 12, 30, tzinfo=UTC), timedelta(days=1)
MOST_UNITS = 32_767  # of UTF-16 in a cell
# What XML gives a meaning, what it has no place for, and what Excel would take for such a character.
SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def workbook(name: str, columns: Mapping[str, int], rows: Iterable[Row]) -> Iterator[bytes]:
    """The file from its beginning. What does not fit on one sheet goes on on the next."""
    return zipped(_entries(name, columns, iter(rows)))


def _entries(name: str, columns: Mapping[str, int], rows: Iterator[Row]) -> Iterator[tuple[str, Iterable[bytes]]]:
    made: list[Sheet] = []
    for number, part in enumerate(_sheets_of(rows), start=1):
        made.append(Sheet(f"{name} {number}" if number > 1 else name, list(columns)))
        yield f"xl/worksheets/sheet{number}.xml", _sheet(made[-1], columns, part)
    yield from package(made)


def _sheets_of(rows: Iterator[Row]) -> Iterator[Iterator[Row]]:
    """At least one: a workbook without any can not be opened. Each is read to its end before the next."""
    yield islice(rows, ROWS_A_SHEET)
    for row in rows:
        yield chain([row], islice(rows, ROWS_A_SHEET - 1))


def _sheet(sheet: Sheet, columns: Mapping[str, int], rows: Iterator[Row]) -> Iterator[bytes]:
    yield sheet_begins(columns.values())
    yield _row(sheet, tuple(columns), HEAD_STYLE).encode()
    while part := "".join(_row(sheet, row) for row in islice(rows, ROWS_AT_ONCE)):
        yield part.encode()
    yield sheet_ends(sheet)


def _row(sheet: Sheet, row: Row, style: str = "") -> str:
    sheet.rows += 1
    number = sheet.rows
    cells = [
        _cell(f' r="{letter}{number}"{style}', value)
        for letter, value in zip(sheet.letters, row, strict=True)
        if value is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(where: str, value: str | int | datetime) -> str:
    if isinstance(value, str):
        return f'<c{where} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    if isinstance(value, int):
        return f"<c{where}><v>{value}</v></c>"
    if CALENDAR[0] <= value < CALENDAR[1]:
        return f"<c{where}{TIME_STYLE}><v>{(value - EPOCH) / DAY}</v></c>"
    return _cell(where, time_in_words(value))


def _text(text: str) -> str:
    if len(text) > MOST_UNITS // 2:
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * MOST_UNITS].decode("utf-16-le", "ignore")
    return SPECIAL.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    character = found[0]
    return MARKUP.get(character) or f"_x{ord(character):04X}_"
