"""The same list as a file that can be uploaded: all that can be put right without asking anybody is put right.

Of rows that are exactly alike the first stays. Passwords, addresses and unknown columns stay as they are. Mistakes that only a person can correct stay too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from operator import itemgetter

from batches.csv_import.columns import FORCE_CHANGE_PASSWORD, USER_NAME, USER_ROOT, Header
from batches.csv_import.records import Record
from batches.csv_import.sheet import MAX_RECORDS, Sheet

# Excel writes the logical values in the language of its user, and people write what they would say.
_LOGICAL = {
    **dict.fromkeys(("waar", "yes", "ja", "1"), "True"),
    **dict.fromkeys(("onwaar", "no", "nee", "0"), "False"),
}


def correct(sheet: Sheet, header: Header) -> Sheet | None:
    """``sheet`` put right, whether or not it has fewer problems then; None when not every row could be read.

    Its rows keep the numbers of the lines where they stand in the file.
    """
    if len(sheet.records) == MAX_RECORDS or any(record.fault for record in sheet.records):
        return None
    if header.chosen:
        return _chosen_columns(sheet, header)
    names = [header.meant.get(i, name) for i, name in enumerate(header.names)]
    return _corrected(sheet, names, (_correct_row(record.cells, header) for record in sheet.records))


def _chosen_columns(sheet: Sheet, header: Header) -> Sheet | None:
    """Only what was chosen, under the names that are known here; None where a row has not that many cells."""
    columns = dict(sorted(header.known.items(), key=itemgetter(1)))
    if any(len(record.cells) < len(header.names) for record in sheet.records):
        return None
    rows = ([_correct_value(column, record.cells[i]) for column, i in columns.items()] for record in sheet.records)
    return _corrected(sheet, list(columns), rows)


def _corrected(sheet: Sheet, names: Sequence[str], rows: Iterable[Sequence[str]]) -> Sheet:
    lines: dict[tuple[str, ...], int] = {}
    for record, cells in zip(sheet.records, rows, strict=True):
        lines.setdefault(tuple(cells), record.line)
    records = [Record(line, cells) for cells, line in lines.items() if any(cell.strip() for cell in cells)]
    return Sheet(Record(sheet.header.line, tuple(names)), records, ",", ())


def written(sheet: Sheet) -> bytes:
    """Comma-separated, UTF-8 with a byte order mark (Excel needs it), lines ended by CR LF (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.header.cells)
    writer.writerows(record.cells for record in sheet.records)
    return text.getvalue().encode("utf-8-sig")


def _correct_row(cells: Sequence[str], header: Header) -> list[str]:
    corrected = list(cells)
    while len(corrected) > len(header.names) and not corrected[-1].strip():
        corrected.pop()
    for column, i in header.positions(misspelt=True).items():
        if i < len(corrected):
            corrected[i] = _correct_value(column, corrected[i])
    return corrected


def _correct_value(column: str, value: str) -> str:
    if column == FORCE_CHANGE_PASSWORD:
        return _LOGICAL.get(value.strip().lower(), value)
    return value.strip() if column in {USER_NAME, USER_ROOT} else value
