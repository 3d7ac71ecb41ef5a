"""From an uploaded file to its rows, or to all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.formats import number_format

from batches.csv_import.addresses import domain_of, fault_in_address
from batches.csv_import.columns import COLUMNS, EMAIL_ADDRESS, REQUIRED, Choice, CsvType, Header, match_header
from batches.csv_import.contents import with_addresses_found
from batches.csv_import.correction import correct, written
from batches.csv_import.encoding import decode, kind_of_binary, kind_of_text
from batches.csv_import.examples import examples
from batches.csv_import.notices import notices, of_unverified
from batches.csv_import.problems import CsvProblem, problem
from batches.csv_import.rows import CsvRow, make_row, problems_of_shape, problems_of_values, values_of
from batches.csv_import.sheet import Sheet, read_sheet

MAX_MEGABYTES = 10
MAX_ROWS: Mapping[CsvType, int] = {"staged": 2_000, "imap": 50_000}
MAX_COLUMNS = 500  # exports of a directory have about 200
MAX_LISTED = 200

_ANYTHING = re.compile(r'[^\s,;|"]')  # beside what separates

# Takes lower-cased addresses, gives the name of the batch for each of them that is in one already.
Taken = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DomainRule:
    """``unverified`` takes domains in lower case and gives those of which nobody has shown that they are ours. Rows with
    them are either refused or only noticed."""

    unverified: Callable[[Collection[str]], Collection[str]]
    refuses: bool


@dataclass(frozen=True, slots=True)
class CsvResult:
    """Exactly one of ``rows`` and ``problems`` is empty: a file is taken whole or not at all.

    ``problems`` are in the order of the file, those of the whole file first, and at most ``MAX_LISTED`` of
    ``problem_count``. ``row_count`` counts the rows of the file, good or bad, and is 0 where no row was looked at.
    ``corrected`` is the file with everything put right that needs no person, where there is such a thing; it holds the
    passwords.
    """

    rows: tuple[CsvRow, ...] = ()
    problems: tuple[CsvProblem, ...] = ()
    problem_count: int = 0
    row_count: int = 0
    header: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = ""
    notices: tuple[str, ...] = ()
    corrected: bytes | None = field(default=None, repr=False)
    columns: Mapping[str, int] = field(default_factory=dict)  # where each column's values were read
    proposed: Mapping[str, int] = field(default_factory=dict)  # where those of the others may be
    examples: tuple[str, ...] = ()  # a value of each column of the file; "" where it could be a password
    chosen: bool = False  # a person says where each column's values are
    unverified: tuple[str, ...] = ()  # domains of its addresses that are not verified, where that is asked for

    @property
    def unlisted(self) -> int:
        """How many more problems there are than ``problems`` holds."""
        return self.problem_count - len(self.problems)


def read_csv(
    data: bytes,
    *,
    migration_type: CsvType,
    allow_unknown_columns: bool,
    taken: Taken,
    choice: Choice | None = None,
    domains: DomainRule | None = None,
) -> CsvResult:
    """Never raises for what is in the file. ``taken`` is called at most once, with at least one address; ``domains`` None
    lets mailboxes of every domain in."""
    reading = _open(data, migration_type, allow_unknown_columns, choice, domains)
    if isinstance(reading, CsvResult):
        return reading
    batches: dict[str, str] = {}

    def asked_once(addresses: Collection[str]) -> Mapping[str, str]:
        batches.update(taken(addresses))
        return batches

    result = reading.result(asked_once)
    if not result.problems:
        return result
    return _with_correction(result, reading, lambda _addresses: batches)


def _with_correction(result: CsvResult, reading: _Reading, taken: Taken) -> CsvResult:
    """``result`` with the corrected file, if that helps: one without a column that it needs does not, nor one that leaves
    as much for a person to do as before."""
    sheet = correct(reading.sheet, reading.header)
    again = reading.of(sheet) if sheet else None
    if again is None or again.missing:
        return result
    left = again.result(taken)
    data = written(again.sheet)
    if left.problem_count >= result.problem_count or len(data) > MAX_MEGABYTES * 1024 * 1024:
        return result
    remaining = {(found.line, found.column, found.code) for found in left.problems}
    problems = tuple(
        replace(found, corrected=(found.line, found.column, found.code) not in remaining) for found in result.problems
    )
    return replace(result, corrected=data, problems=problems)


def _open(
    data: bytes,
    migration_type: CsvType,
    allow_unknown_columns: bool,
    choice: Choice | None,
    domains: DomainRule | None,
) -> _Reading | CsvResult:
    """The file with its columns known, or why it can not be read at all."""
    if code := _unusable(data):
        return _refused(problem(code, limit=MAX_MEGABYTES))
    decoded = decode(data)
    if not _ANYTHING.search(decoded.text):
        return _refused(problem("empty_file"))
    if code := kind_of_text(decoded.text):
        return _refused(problem(code))
    sheet = read_sheet(decoded.text, migration_type)
    header = match_header(sheet.header.cells, migration_type, choice)
    if code := sheet.header.fault or _fault_in_first_line(header):
        example = ",".join(COLUMNS[migration_type])
        return _refused(*sheet.problems, problem(code, sheet.header.line, example=example, limit=MAX_COLUMNS))
    limit = MAX_ROWS[migration_type]
    if len(sheet.records) > limit:  # it has to be divided anyway: thousands of problems beside that would hide it
        return _refused(problem("too_many_rows", limit=number_format(limit, force_grouping=True)))
    header = with_addresses_found(header, sheet.records)
    return _Reading(sheet, header, decoded.encoding, migration_type, allow_unknown_columns, domains)


def _unusable(data: bytes) -> str:
    if not data:
        return "empty_file"
    if len(data) > MAX_MEGABYTES * 1024 * 1024:
        return "file_too_large"
    return kind_of_binary(data)


def _refused(*problems: CsvProblem) -> CsvResult:
    return CsvResult(problems=problems, problem_count=len(problems))


def _fault_in_first_line(header: Header) -> str:
    """What makes it useless to look at the rows."""
    if len(header.names) > MAX_COLUMNS:
        return "too_many_columns"
    nameless = not header.known and not header.meant  # then an address among the names shows that it is a row
    return "header_missing" if nameless and any(not fault_in_address(name) for name in header.names) else ""


class _Address(NamedTuple):
    """Valid, as written, on ``line``."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file whose columns are known."""

    sheet: Sheet
    header: Header
    encoding: str
    migration_type: CsvType
    unknown_allowed: bool
    domains: DomainRule | None

    def of(self, sheet: Sheet) -> _Reading:
        """The same of another sheet, whose columns bear our names."""
        return replace(self, sheet=sheet, header=match_header(sheet.header.cells, self.migration_type))

    @property
    def missing(self) -> list[str]:
        """The columns that a file of this type can not do without."""
        return [column for column in REQUIRED[self.migration_type] if column not in self.header.known]

    def result(self, taken: Taken) -> CsvResult:
        rows, addresses, of_rows = self._read_rows()
        of_rows += _repeated(addresses)
        of_rows += _in_other_batches(addresses, taken)
        unverified = self._unverified(addresses)
        if self.domains and self.domains.refuses:
            of_rows += _of_domains(addresses, unverified)
        of_rows.sort(key=lambda found: found.line or 0)
        empty = [] if self.sheet.records else [problem("no_rows")]
        problems = [*self.sheet.problems, *empty, *self._problems_of_header(), *of_rows]
        return CsvResult(
            rows=() if problems else tuple(rows),
            problems=tuple(problems[:MAX_LISTED]),
            problem_count=len(problems),
            row_count=len(self.sheet.records),
            header=self.header.names,
            columns=self.header.known,
            proposed={column: i for i, column in self.header.meant.items()},
            examples=examples(self.sheet.records, self.header),
            chosen=self.header.chosen,
            delimiter=self.sheet.delimiter,
            encoding=self.encoding,
            notices=tuple(self._notices(rows, unverified)),
            unverified=tuple(sorted(unverified)),
        )

    def _unverified(self, addresses: Sequence[_Address]) -> Collection[str]:
        return self.domains.unverified({domain_of(address.text) for address in addresses}) if self.domains else ()

    def _notices(self, rows: Sequence[CsvRow], unverified: Collection[str]) -> Iterator[str]:
        yield from of_unverified(rows, unverified)
        yield from notices(
            rows,
            self.header,
            self.encoding,
            self.sheet.delimiter,
            migration_type=self.migration_type,
            unknown_allowed=self.unknown_allowed,
        )

    def _read_rows(self) -> tuple[list[CsvRow], list[_Address], list[CsvProblem]]:
        """The rows that are all right, the valid addresses of all rows, and the problems of the others."""
        positions = self.header.positions(misspelt=not self.unknown_allowed)
        rows: list[CsvRow] = []
        addresses: list[_Address] = []
        problems: list[CsvProblem] = []
        for record in self.sheet.records:
            if of_shape := problems_of_shape(record, self.header):
                problems += of_shape
                continue
            values = values_of(record, positions)
            of_values = list(problems_of_values(record.line, values, self.migration_type, self.header.shown))
            problems += of_values
            if not fault_in_address(values.get(EMAIL_ADDRESS, "")):
                addresses.append(_Address(record.line, values[EMAIL_ADDRESS]))
                rows += [] if of_values else [make_row(record.line, values)]
        return rows, addresses, problems

    def _problems_of_header(self) -> Iterator[CsvProblem]:
        line, header = self.sheet.header.line, self.header
        for column in self.missing:
            yield problem("column_missing", line, column)
        for i in header.repeated:
            yield problem("column_repeated", line, header.names[i])
        if header.width > len(header.names):
            yield problem("trailing_commas", line, number=header.width - len(header.names))
        if not self.unknown_allowed and not header.chosen:
            yield from self._problems_of_unknown_columns()

    def _problems_of_unknown_columns(self) -> Iterator[CsvProblem]:
        line, header = self.sheet.header.line, self.header
        for i in header.unknown:
            name = header.names[i]
            if not name:
                yield problem("column_unnamed", line, number=i + 1)
            elif i in header.meant:
                yield problem("column_misspelt", line, header.meant[i], name)
            else:
                yield problem("column_unknown", line, value=name, columns=", ".join(COLUMNS[self.migration_type]))


def _repeated(addresses: Sequence[_Address]) -> list[CsvProblem]:
    first: dict[str, int] = {}
    repeated = [(line, text) for line, text in addresses if first.setdefault(text.lower(), line) != line]
    return [
        problem("duplicate_address", line, EMAIL_ADDRESS, text, first=first[text.lower()]) for line, text in repeated
    ]


def _in_other_batches(addresses: Sequence[_Address], taken: Taken) -> list[CsvProblem]:
    """Of an address that is repeated, only where it stands first."""
    first = {address.text.lower(): address for address in reversed(addresses)}
    batches = taken(first.keys()) if first else {}
    return [
        problem("user_in_other_batch", line, EMAIL_ADDRESS, text, batch=batches[lowered])
        for lowered, (line, text) in first.items()
        if lowered in batches
    ]


def _of_domains(addresses: Sequence[_Address], unverified: Collection[str]) -> list[CsvProblem]:
    return [
        problem("domain_not_verified", line, EMAIL_ADDRESS, text, domain=domain_of(text))
        for line, text in addresses
        if domain_of(text) in unverified
    ]
