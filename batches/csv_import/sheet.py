"""The file as a header and records, before anybody asks what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from batches.csv_import.columns import CsvType, match_header
from batches.csv_import.problems import DELIMITER_NAMES, CsvProblem, problem
from batches.csv_import.records import Record, declared_delimiter, read_records, unwrap

# One more than any migration type takes, which is enough to see that a file has too many.
MAX_RECORDS = 50_001


@dataclass(frozen=True, slots=True)
class Sheet:
    """``records`` leaves out the header and blank rows, and what comes after ``MAX_RECORDS``.

    ``problems`` are those of the form of the file as a whole.
    """

    header: Record
    records: Sequence[Record]
    delimiter: str
    problems: tuple[CsvProblem, ...]


def read_sheet(text: str, migration_type: CsvType) -> Sheet:
    """Of a text with something in it besides blanks, delimiters and quotation marks."""
    first = next(record for record in read_records(text, ",") if not record.blank)
    declared = declared_delimiter(first)
    delimiter = declared or _likely_delimiter(first, migration_type)
    filled = (record for record in read_records(text, delimiter) if not record.blank)
    records = list(islice(filled, MAX_RECORDS + 2))  # besides a header and a "sep=" line
    if declared:
        records = records[1:] or [Record(first.line, ("",))]
    wrapped = _wrapped(records)
    if wrapped:
        delimiter = _likely_delimiter(records[0], migration_type)
        records = [unwrap(record, delimiter) for record in records]
    problems = (problem("whole_line_quoted"),) if wrapped else ()
    return Sheet(records[0], records[1 : MAX_RECORDS + 1], delimiter, problems)


def _likely_delimiter(first: Record, migration_type: CsvType) -> str:
    """That which makes the most column names, or else the most cells, of the first line; commas when in doubt."""
    line = ",".join(first.cells).replace('"', "")

    def names_found(delimiter: str) -> tuple[int, int]:
        header = match_header(line.split(delimiter), migration_type)
        return len(header.known) + len(header.meant), header.width

    return max(DELIMITER_NAMES, key=names_found)


def _wrapped(records: Sequence[Record]) -> bool:
    """Each line was saved as a single quoted cell: what is inside the first one has delimiters."""
    if any(len(record.cells) != 1 or "\n" in record.cells[0] for record in records):
        return False
    return any(delimiter in records[0].cells[0] for delimiter in DELIMITER_NAMES)
