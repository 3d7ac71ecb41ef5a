"""The checks of a single row, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter

from batches.csv_import.addresses import MAX_ADDRESS, fault_in_address
from batches.csv_import.columns import (
    EMAIL_ADDRESS,
    FORCE_CHANGE_PASSWORD,
    PASSWORD,
    REQUIRED,
    USER_NAME,
    USER_ROOT,
    CsvType,
    Header,
)
from batches.csv_import.encoding import REPLACEMENT
from batches.csv_import.problems import CsvProblem, problem
from batches.csv_import.records import Record

MAX_NAME = 254
MAX_PASSWORD = 256
TRUE_OR_FALSE = {"true": True, "false": False}

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORMULA = re.compile(r"=|[+\-@]\w*\(")
# Names that spreadsheets in English and Dutch show in the place of a result, and a column that was too narrow.
_SPREADSHEET_ERROR = re.compile(
    r"#(N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|NB|NAAM\?|VERW!|WAARDE!|DEEL/0!|GETAL!|LEEG!)|#{4,}"
)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One mailbox of the file. What the file leaves open is "" (text) or None (``force_change_password``)."""

    line: int
    address: str
    user_name: str = ""
    password: str = field(default="", repr=False)
    force_change_password: bool | None = None


def values_of(record: Record, positions: Mapping[str, int]) -> dict[str, str]:
    """Each known column's value, from left to right: as written, except that blanks around an address or a True are no part of it."""
    values = {column: record.cells[i] for column, i in sorted(positions.items(), key=itemgetter(1))}
    for column in (EMAIL_ADDRESS, FORCE_CHANGE_PASSWORD):
        if column in values:
            values[column] = values[column].strip()
    return values


def make_row(line: int, values: Mapping[str, str]) -> CsvRow:
    """Of values that passed every check."""
    return CsvRow(
        line,
        values[EMAIL_ADDRESS],
        values.get(USER_NAME, ""),
        values.get(PASSWORD, ""),
        TRUE_OR_FALSE.get(values.get(FORCE_CHANGE_PASSWORD, "").lower()),
    )


def problems_of_shape(record: Record, header: Header) -> list[CsvProblem]:
    """What keeps the cells of a record from being matched to columns. Trailing commas do not."""
    if record.fault:
        return [problem(record.fault, record.line)]
    if any("\0" in cell for cell in record.cells):
        return [problem("nul_character", record.line)]
    expected, actual = len(header.names), len(record.cells)
    surplus = record.cells[expected:]
    if actual < expected or any(cell.strip() for cell in surplus):
        return [problem("wrong_number_of_columns", record.line, expected=expected, actual=actual)]
    if surplus and actual != header.width:
        return [problem("trailing_commas", record.line, number=len(surplus))]
    return []


def problems_of_values(
    line: int, values: Mapping[str, str], migration_type: CsvType, shown: Collection[str]
) -> Iterator[CsvProblem]:
    """At most one problem for each column, with an excerpt of its value for the columns in ``shown``."""
    if _swapped(values):
        yield problem("columns_swapped", line)
        return
    for column, value in values.items():
        code = _fault_in_text(column, value) or _fault_in_content(column, value, migration_type)
        if code:
            excerpt = value if column in shown else ""
            told = problem(code, line, column, excerpt, **_facts(code, column, value))
            yield replace(told, withheld=bool(value and not excerpt))


def _facts(code: str, column: str, value: str) -> dict[str, object]:
    if code == "address_not_ascii":
        strange = next(character for character in value if not character.isascii())
        return {"character": strange if strange.isprintable() else "?", "codepoint": f"U+{ord(strange):04X}"}
    if code == "address_too_long":
        return {"limit": MAX_ADDRESS}
    return {"limit": MAX_PASSWORD if column == PASSWORD else MAX_NAME}


def _fault_in_text(column: str, value: str) -> str:
    """What no cell may be, whatever its column."""
    if _CONTROL.search(value):
        return "control_character"
    if REPLACEMENT in value:
        return "unreadable_character"
    if _SPREADSHEET_ERROR.fullmatch(value.strip()):
        return "spreadsheet_error"
    return "formula" if column != PASSWORD and _FORMULA.match(value) else ""


def _fault_in_content(column: str, value: str, migration_type: CsvType) -> str:
    if column == EMAIL_ADDRESS:
        return fault_in_address(value)
    if column == PASSWORD:
        return _fault_in_password(value, migration_type)
    if column == FORCE_CHANGE_PASSWORD:
        return "" if not value or value.lower() in TRUE_OR_FALSE else "not_true_or_false"
    if column == USER_ROOT:
        return "user_root_unsupported" if value.strip() else ""
    return _fault_in_name(value, required=column in REQUIRED[migration_type])


def _fault_in_password(value: str, migration_type: CsvType) -> str:
    if not value and PASSWORD in REQUIRED[migration_type]:
        return "password_missing"
    return "too_long" if len(value) > MAX_PASSWORD else ""


def _fault_in_name(value: str, *, required: bool) -> str:
    if not value.strip():
        return "user_name_missing" if required else ""
    if value != value.strip():
        return "blanks_around"
    return "too_long" if len(value) > MAX_NAME else ""


def _swapped(values: Mapping[str, str]) -> bool:
    """Then the cell under EmailAddress may well hold the password, and must not be shown."""
    return bool(fault_in_address(values.get(EMAIL_ADDRESS, "-"))) and not fault_in_address(values.get(PASSWORD, "-"))
