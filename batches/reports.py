"""The files that people download: statistics and errors of a batch as CSV, the report of a user as text.

They are read row by row and never held in memory. Their words are English whoever reads them, because they are evidence
and other programs read them; times are in UTC.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils import translation

from batches.listing import users_without_secrets
from batches.log import size_in_words
from batches.models import MigrationBatch, MigrationUser, SkippedItem
from batches.states import UserStatus
from batches.user_details import error_sentence, server_words, skipped_sentence

AT_ONCE = 500  # rows that are read from the database at a time
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for a legacy encoding
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

STATISTICS_COLUMNS = (
    "Identity",
    "Status",
    "ItemsSynced",
    "ItemsSkipped",
    "ItemsTotal",
    "BytesMigrated",
    "BytesTotal",
    "BytesPerMinute",
    "InitialSyncEnded",
    "LastSynced",
    "LastSuccessfulSync",
    "StatusSince",
)
ERROR_COLUMNS = (
    "EmailAddress",
    "Type",
    "Status",
    "ErrorMessage",
    "ServerWords",
    "Side",
    "Time",
    "Folder",
    "Subject",
    "Date",
    "Size",
)


def statistics(batch: MigrationBatch) -> Iterator[str]:
    """``MigrationStatistics.csv``: one line a user."""
    users = users_without_secrets().filter(batch=batch).iterator(AT_ONCE)
    return _lines(STATISTICS_COLUMNS, map(_statistics_row, users))


def errors(batch: MigrationBatch) -> Iterator[str]:
    """``MigrationErrors.csv``: one line a user with an error, and one line a skipped item."""
    return _lines(ERROR_COLUMNS, _error_rows(batch))


def user_report(user: MigrationUser) -> Iterator[str]:
    """Who it is, how far, and every line of its log."""
    yield from (f"{line}\n" for line in _head(user))
    for line in user.log.order_by("pk").iterator(AT_ONCE):
        yield f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} {line.text}\n"


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula: such text gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Echo:
    """A file that hands back what is written to it: csv formats, nobody stores."""

    def write(self, line: str) -> str:
        return line


def _lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def _statistics_row(user: MigrationUser) -> tuple[Any, ...]:
    rate = round(60 * user.octets_synced / user.active_seconds) if user.active_seconds else None
    size = user.octets_total or None  # servers that tell no sizes leave it at 0
    figures = (user.items_synced, user.items_skipped, user.items_total, user.octets_synced, size, rate)
    times = (user.first_synced_at, user.last_synced_at, user.last_new_items_at, user.status_at)
    return (user.address, _english(user.status), *figures, *map(_time, times))


def _error_rows(batch: MigrationBatch) -> Iterator[tuple[Any, ...]]:
    failed = users_without_secrets().filter(batch=batch).exclude(error_code="")
    for user in failed.select_related("batch__source", "batch__target").iterator(AT_ONCE):
        yield _failure_row(user)
    items = (
        SkippedItem.objects.filter(user__batch=batch).select_related("user").order_by("user__position", "folder", "uid")
    )
    for item in items.defer("user__source_password", "user__target_password").iterator(AT_ONCE):
        yield _item_row(item)


def _failure_row(user: MigrationUser) -> tuple[Any, ...]:
    with translation.override("en"):
        words = error_sentence(user)
    return (
        user.address,
        "mailbox",
        _english(user.status),
        words,
        server_words(user),
        user.error_side,
        _time(user.error_at),
        *("" for _ in range(4)),
    )


def _item_row(item: SkippedItem) -> tuple[Any, ...]:
    with translation.override("en"):
        words = skipped_sentence(item)
    about = (item.folder, item.subject, _time(item.date), item.size)
    return (item.user.address, "item", item.kind, words, item.reason, "", _time(item.at), *about)


def _head(user: MigrationUser) -> Iterator[str]:
    yield f"Report for {user.address}, batch {user.batch.name}. Times are in UTC."
    yield f"Status: {_english(user.status)} since {_time(user.status_at)}."
    yield f"Items synced: {user.items_synced} of {user.items_total}; skipped: {user.items_skipped}."
    yield f"Data migrated: {size_in_words(user.octets_synced)}."
    if user.error_code:
        with translation.override("en"):
            yield f"Error: {error_sentence(user)}"
        if words := server_words(user):
            yield f"Words of the server ({user.error_side or 'unknown side'}): {words}"
    for text in user.unmatched_folders.splitlines():
        yield f"No folder fits {text}, which the settings of the batch name."
    for item in user.skipped_items.iterator(AT_ONCE):
        yield f"Skipped: {item.folder}, UID {item.uid}, {size_in_words(item.size)}, {item.kind}: {item.subject!r}: {item.reason}"
    yield ""


def _time(value: datetime | None) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if value else ""


def _english(status: str) -> str:
    with translation.override("en"):
        return str(UserStatus(status).label)
