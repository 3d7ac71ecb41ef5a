"""``MigrationErrors``: one line for every user with an error, then one for every message that was left behind."""

from __future__ import annotations

from collections.abc import Iterator

from batches.item_limits import LEFT_BEHIND
from batches.models import MigrationBatch, MigrationUser
from batches.reports import skipped
from batches.reports.table import (
    AT_ONCE,
    Report,
    batches_with_servers,
    in_english,
    status_in_english,
    users_of,
)
from batches.user_details import error_sentence, server_words
from core.as_text import Row

COLUMNS = {
    "EmailAddress": 32,
    "Batch": 24,
    "BatchDeleted": 19,
    "Type": 10,
    "Status": 16,
    "ErrorMessage": 60,
    "ServerWords": 60,
    "Side": 8,
    "Time": 19,
    "Folder": 32,
    "Subject": 40,
    "Date": 19,
    "Size": 14,
}


def rows(batch: MigrationBatch | None) -> Iterator[Row]:
    yield from failures(batch)
    for item in skipped.items_of(batch, LEFT_BEHIND):
        about = (item.folder, item.subject, item.date, item.size)
        sentence = skipped.sentence(item.kind)
        yield *item.of, "item", item.kind, sentence, item.reason, "", item.at, *about


def failures(batch: MigrationBatch | None) -> Iterator[Row]:
    """Those lines that are about a whole mailbox."""
    batches = batches_with_servers(batch)
    for user in users_of(batch).exclude(error_code="").iterator(AT_ONCE):
        user.batch = batches[user.batch_id]
        yield _failure(user)


def _failure(user: MigrationUser) -> Row:
    words = (in_english(error_sentence, user), server_words(user), user.error_side)
    of = (user.address, user.batch.name, user.batch.deleted_at)
    return *of, "mailbox", status_in_english(user.status), *words, user.error_at, None, None, None, None


ERRORS = Report("MigrationErrors", COLUMNS, rows)
