"""What the values of a column tell of it, where its name tells nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from batches.csv_import.addresses import fault_in_address
from batches.csv_import.columns import EMAIL_ADDRESS, Header
from batches.csv_import.records import Record

LOOKED_AT = 50


def with_addresses_found(header: Header, records: Sequence[Record]) -> Header:
    """Where no name resembles EmailAddress, the first column of addresses is meant by it, with a wrong one among them too.

    Passwords are never looked for like this: any value can be one.
    """
    columns = header.positions(misspelt=True)
    if header.chosen or EMAIL_ADDRESS in columns:
        return header
    looked_at = list(islice(records, LOOKED_AT))
    for i in header.unknown:
        if i not in header.meant and _are_addresses(record.cells[i] for record in looked_at if i < len(record.cells)):
            return replace(header, meant=dict(sorted({**header.meant, i: EMAIL_ADDRESS}.items())))
    return header


def _are_addresses(values: Iterable[str]) -> bool:
    """As far as two of three are."""
    filled = [value.strip() for value in values if value.strip()]
    wrong = sum(bool(fault_in_address(value)) for value in filled)
    return bool(filled) and 3 * wrong <= len(filled)
