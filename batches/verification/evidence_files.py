"""The evidence of verifications as a file to keep: a ZIP with two files a mailbox, and a list of all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from batches.listing import users_without_secrets
from batches.models import MigrationBatch, MigrationUser, Verification
from batches.reports import BYTE_ORDER_MARK, safe_cell
from batches.verification.circumstances import selection_words
from batches.verification.standing import standing_of, with_evidence

IN_MEMORY = 4_000_000  # octets of a ZIP; a larger one is written to a file meanwhile
COLUMNS = (
    *("Identity", "Verified", "Result", "SourceMessages", "TargetMessages", "Equal", "Differences", "Error"),
    *("Batch", "AskedBy", "Selection", "Version"),
)


def evidence_of(batch: MigrationBatch, users: Iterable[MigrationUser]) -> IO[bytes]:
    """The ZIP, to be read from its beginning: ``results.csv`` and, where a mailbox was verified, its CSV and JSON."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    results: list[tuple[Any, ...]] = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for user in users:
            results.append(_result_row(user, batch))
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


def _result_row(user: MigrationUser, batch: MigrationBatch) -> tuple[Any, ...]:
    """Of the last verification with a result; where there is none, what became of it."""
    standing = standing_of(user)
    if standing.last:
        return user.address, _time(standing.last.ended_at), *_figures(standing.last), "", *_origin(standing.last, batch)
    failure = standing.failure
    if failure:
        words = f"{failure.error_code} {failure.error_words}".strip()
        return user.address, _time(failure.ended_at), "failed", *_NO_FIGURES, words, *_origin(failure, batch)
    verdict = "waiting" if standing.open else "not verified"
    return user.address, "", verdict, *_NO_FIGURES, "", batch.name, "", "", ""


_NO_FIGURES = ("",) * 4


def _figures(found: Verification) -> tuple[Any, ...]:
    result = found.result or {}
    differences = "; ".join(f"{kind} {number}" for kind, number in result["differences"].items())
    verdict = "accounted for" if result["ok"] else "different"
    return verdict, result["source_messages"], result["target_messages"], result["equal"], differences


def _origin(found: Verification, batch: MigrationBatch) -> tuple[Any, ...]:
    result = found.result or {}
    by = found.by.get_username() if found.by else ""
    return batch.name, by, selection_words(result), result.get("version", "")


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if at else ""


def _csv(rows: Iterable[tuple[Any, ...]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()
