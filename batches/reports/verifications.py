"""``Verifications``: one line for every user, with what the last comparison of both mailboxes found."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet

from batches.models import MigrationBatch, MigrationUser, Verification
from batches.reports.table import AT_ONCE, Report, users_of
from batches.verification.circumstances import selection_words
from batches.verification.standing import WITHOUT_ROWS, Standing, standing
from core.as_text import Row

COLUMNS = {
    "Identity": 32,
    "Batch": 24,
    "BatchDeleted": 19,
    "Verified": 19,
    "Result": 16,
    "SourceMessages": 15,
    "TargetMessages": 15,
    "Equal": 12,
    "Differences": 40,
    "Error": 60,
    "AskedBy": 20,
    "Selection": 40,
    "Version": 24,
}
NO_FIGURES: Row = (None, None, None, "")


def rows(batch: MigrationBatch | None) -> Iterator[Row]:
    return result_rows(users_of(batch))


def result_rows(users: QuerySet[MigrationUser]) -> Iterator[Row]:
    """In two queries for every five hundred users."""
    batches = {pk: about for pk, *about in MigrationBatch.objects.values_list("pk", "name", "deleted_at")}
    verifications = Verification.objects.select_related("by").defer(*WITHOUT_ROWS)
    found = users.select_related(None).only("address", "batch_id")
    for user in found.prefetch_related(Prefetch("verifications", verifications)).iterator(AT_ONCE):
        yield user.address, *batches[user.batch_id], *_result(standing(list(user.verifications.all())))


def _result(known: Standing) -> Row:
    """Of the last verification with a result; where there is none, what became of it."""
    if known.last:
        return known.last.ended_at, *_figures(known.last), "", *_origin(known.last)
    if failure := known.failure:
        words = f"{failure.error_code} {failure.error_words}".strip()
        return failure.ended_at, "failed", *NO_FIGURES, words, *_origin(failure)
    return None, "waiting" if known.open else "not verified", *NO_FIGURES, "", "", "", ""


def _figures(found: Verification) -> Row:
    result = found.result or {}
    differences = "; ".join(f"{kind} {number}" for kind, number in result["differences"].items())
    verdict = "accounted for" if result["ok"] else "different"
    return verdict, result["source_messages"], result["target_messages"], result["equal"], differences


def _origin(found: Verification) -> Row:
    result = found.result or {}
    by = found.by.get_username() if found.by else ""
    return by, selection_words(result), result.get("version", "")


VERIFICATIONS = Report("Verifications", COLUMNS, rows, endings=("csv", "xlsx", "json"))
