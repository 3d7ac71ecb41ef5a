"""The same list as a file that can be uploaded: all that can be put right without asking anybody is put right.

Of rows that are exactly alike the first stays. Passwords, addresses and unknown columns stay as they are. Mistakes that only a person can correct stay too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from operator import itemgetter

from batches.csv_import.columns import FORCE_CHANGE_PASSWORD, USER_NAME, USER_ROOT, Header
from batches.csv_import.sheet import MAX_RECORDS, Sheet

# Excel writes the logical values in the language of its user, and people write what they would say.
_LOGICAL = {
    **dict.fromkeys(("waar", "yes", "ja", "1"), "True"),
    **dict.fromkeys(("onwaar", "no", "nee", "0"), "False"),
}


def correct(sheet: Sheet, header: Header) -> bytes | None:
    """``sheet`` as a corrected file, whether or not that has fewer problems; None when not every row could be read."""
    if len(sheet.records) == MAX_RECORDS or any(record.fault for record in sheet.records):
        return None
    if header.chosen:
        return _chosen_columns(sheet, header)
    names = [header.meant.get(i, name) for i, name in enumerate(header.names)]
    return corrected_csv(names, (_correct_row(record.cells, header) for record in sheet.records))


def _chosen_columns(sheet: Sheet, header: Header) -> bytes | None:
    """Only what was chosen, under the names that are known here; None where a row has not that many cells."""
    columns = dict(sorted(header.known.items(), key=itemgetter(1)))
    if any(len(record.cells) < len(header.names) for record in sheet.records):
        return None
    rows = ([_correct_value(column, record.cells[i]) for column, i in columns.items()] for record in sheet.records)
    return corrected_csv(list(columns), rows)


def corrected_csv(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Comma-separated, UTF-8 with a byte order mark (Excel needs it), lines ended by CR LF (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(dict.fromkeys(map(tuple, rows)))
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
