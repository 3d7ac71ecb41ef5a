"""Reports as text, line by line: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

Cell = str | int | datetime | None
Row = tuple[Cell, ...]

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for a legacy encoding
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(columns: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def json_lines(columns: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """A list with an object for each row, one a line."""
    names, separator = list(columns), "["
    for row in rows:
        values = map(_json_value, row)
        yield f"{separator}\n{json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)}"
        separator = ","
    yield "\n]\n" if separator == "," else "[]\n"


def safe_cell(value: Cell) -> str:
    """A value as text that no spreadsheet takes for a formula: such text gets an apostrophe in front."""
    if value is None:
        return ""
    text = time_in_words(value) if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def time_in_words(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _json_value(value: Cell) -> str | int | None:
    return time_in_words(value) if isinstance(value, datetime) else value


class _Echo:
    """A file that hands back what is written to it: csv formats, nobody stores."""

    def write(self, line: str) -> str:
        return line
