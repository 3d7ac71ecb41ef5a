"""The evidence of verifications as a file to keep: a ZIP with two files a mailbox, and a list of all."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tempfile
from typing import IO
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import QuerySet

from batches.models import MigrationUser
from batches.reports.verifications import COLUMNS, result_rows
from batches.verification.standing import with_evidence
from core.as_text import csv_lines

IN_MEMORY = 4_000_000  # octets of a ZIP; a larger one is written to a file meanwhile


def evidence_of(users: QuerySet[MigrationUser]) -> IO[bytes]:
    """The ZIP, to be read from its beginning: ``results.csv`` and, where a mailbox was verified, its CSV and JSON."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for user in users.iterator(100):
            _add(archive, user)
        with archive.open("results.csv", "w") as entry:
            entry.writelines(line.encode() for line in csv_lines(COLUMNS, result_rows(users)))
    file.seek(0)
    return file


def _add(archive: ZipFile, user: MigrationUser) -> None:
    found = with_evidence(user.pk)
    if found is None:
        return
    name = quote(user.address, safe="@+ ")
    archive.writestr(f"{name}.json", json.dumps(found.result, indent=2))
    if found.rows:
        with gzip.open(io.BytesIO(found.rows)) as rows, archive.open(f"{name}.csv", "w") as entry:
            shutil.copyfileobj(rows, entry)
