"""The evidence of verifications as a file to keep: a ZIP with two files a mailbox, and a list of all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import IO, Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from batches.listing import users_without_secrets
from batches.models import MigrationBatch, MigrationUser, Verification
from batches.reports import BYTE_ORDER_MARK, safe_cell
from batches.verification.standing import newest_of, with_evidence

IN_MEMORY = 4_000_000  # octets of a ZIP; a larger one is written to a file meanwhile
COLUMNS = ("Identity", "Verified", "Result", "SourceMessages", "TargetMessages", "Equal", "Differences", "Error")


def evidence_of(users: Iterable[MigrationUser]) -> IO[bytes]:
    """The ZIP, to be read from its beginning: ``results.csv`` and, where a mailbox was verified, its CSV and JSON."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    results: list[tuple[Any, ...]] = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for user in users:
            results.append(_result_row(user))
            _add(archive, user)
        archive.writestr("results.csv", _csv(results))
    file.seek(0)
    return file


def users_of(batch: MigrationBatch) -> Iterator[MigrationUser]:
    return users_without_secrets().filter(batch=batch).iterator(100)


def _add(archive: ZipFile, user: MigrationUser) -> None:
    found = with_evidence(user.pk)
    if found is None:
        return
    name = quote(user.address, safe="@+ ")
    archive.writestr(f"{name}.json", json.dumps(found.result, indent=2))
    if found.rows:
        with gzip.open(io.BytesIO(found.rows)) as rows, archive.open(f"{name}.csv", "w") as entry:
            shutil.copyfileobj(rows, entry)


def _result_row(user: MigrationUser) -> tuple[Any, ...]:
    newest = newest_of(user)
    if newest is None or newest.ended_at is None:
        return user.address, "", "waiting" if newest else "not verified", "", "", "", "", ""
    at = f"{newest.ended_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if newest.result is None:
        return user.address, at, "failed", "", "", "", "", f"{newest.error_code} {newest.error_words}".strip()
    return user.address, at, *_figures(newest)


def _figures(found: Verification) -> tuple[Any, ...]:
    result = found.result or {}
    differences = "; ".join(f"{kind} {number}" for kind, number in result["differences"].items())
    verdict = "accounted for" if result["ok"] else "different"
    return verdict, result["source_messages"], result["target_messages"], result["equal"], differences, ""


def _csv(rows: Iterable[tuple[Any, ...]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()
