"""What may be shown of a file whose columns nobody has named yet: nothing that could be a password."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from batches.csv_import.addresses import fault_in_address
from batches.csv_import.columns import PASSWORD, Header
from batches.csv_import.contents import LOOKED_AT
from batches.csv_import.problems import shorten
from batches.csv_import.records import Record
from batches.csv_import.rows import TRUE_OR_FALSE


def examples(records: Sequence[Record], header: Header) -> tuple[str, ...]:
    """A value of each column that holds only addresses, or only True and False, as far as one looks; "" for the others."""
    looked_at = list(islice(records, LOOKED_AT))
    passwords = header.positions(misspelt=True).get(PASSWORD)
    return tuple(
        "" if i == passwords else _example(record.cells[i].strip() for record in looked_at if i < len(record.cells))
        for i in range(len(header.names))
    )


def _example(values: Iterable[str]) -> str:
    filled = [value for value in values if value]
    harmless = all(value.lower() in TRUE_OR_FALSE or not fault_in_address(value) for value in filled)
    return shorten(filled[0]) if filled and harmless else ""
