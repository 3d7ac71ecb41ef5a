"""A file to begin with."""

from __future__ import annotations

from batches.csv_import.columns import COLUMNS, CsvType

_ROWS = {
    "staged": "{user}@contoso.com,Pa$$w0rd,False",
    "imap": "{user}@contoso.com,contoso/mailadmin/{user},Pa$$w0rd,",
}


def sample_csv(migration_type: CsvType) -> str:
    """The column names and a few rows of Contoso's, lines ended by CR LF."""
    rows = [_ROWS[migration_type].format(user=user) for user in ("pilarp", "tobyn", "briant")]
    return "\r\n".join([",".join(COLUMNS[migration_type]), *rows, ""])
