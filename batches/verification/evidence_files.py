"""The evidence of verifications as a file to keep: a ZIP with two files a mailbox, and a list of all."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import quote

from django.db.models import QuerySet

from batches.models import MigrationUser, Verification
from batches.reports.verifications import COLUMNS, result_rows
from batches.verification.standing import with_evidence
from core.as_text import csv_lines
from core.zipped import AT_ONCE, zipped


def evidence_of(users: QuerySet[MigrationUser]) -> Iterator[bytes]:
    """The ZIP from its beginning: where a mailbox was verified, its CSV and JSON, and then ``results.csv``."""
    return zipped(_entries(users))


def _entries(users: QuerySet[MigrationUser]) -> Iterator[tuple[str, Iterable[bytes]]]:
    verified = Verification.objects.filter(result__isnull=False).values("user")
    for user in users.filter(pk__in=verified).iterator(100):
        yield from _files_of(user)
    yield "results.csv", (line.encode() for line in csv_lines(COLUMNS, result_rows(users)))


def _files_of(user: MigrationUser) -> Iterator[tuple[str, Iterable[bytes]]]:
    found = with_evidence(user.pk)
    if found is None:
        return
    name = quote(user.address, safe="@+ ")
    yield f"{name}.json", [json.dumps(found.result, indent=2).encode()]
    if found.rows:
        with gzip.open(io.BytesIO(found.rows)) as rows:
            yield f"{name}.csv", iter(partial(rows.read, AT_ONCE), b"")
