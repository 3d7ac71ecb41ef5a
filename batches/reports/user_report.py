"""The report of a user as text: who it is, how far, and every line of its log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from operator import itemgetter

from batches.log import size_in_words
from batches.models import MigrationUser
from batches.reports.table import AT_ONCE, in_english, status_in_english
from batches.timeline import orders
from batches.user_details import error_sentence, server_words
from core.as_text import time_in_words
from core.audit_words import sentence


def user_report(user: MigrationUser) -> Iterator[str]:
    yield from (f"{line}\n" for line in _head(user))
    copied = ((line.at, line.text) for line in user.log.order_by("pk").iterator(AT_ONCE))
    for at, text in merge(_orders(user), copied, key=itemgetter(0)):
        yield f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} {text}\n"


def _orders(user: MigrationUser) -> Iterator[tuple[datetime, str]]:
    """What people told the whole batch."""
    for entry in orders(user).order_by("at", "pk"):
        yield entry.at, f"{entry.name}: {in_english(sentence, entry.action, entry.thing)}."


def _head(user: MigrationUser) -> Iterator[str]:
    yield f"Report for {user.address}, batch {user.batch.name}. Times are in UTC."
    yield f"Status: {status_in_english(user.status)} since {time_in_words(user.status_at)}."
    yield f"Items synced: {user.items_synced} of {user.items_total}; skipped: {user.items_skipped}."
    yield f"Data migrated: {size_in_words(user.octets_synced)}."
    if user.error_code:
        yield f"Error: {in_english(error_sentence, user)}"
        if words := server_words(user):
            yield f"Words of the server ({user.error_side or 'unknown side'}): {words}"
    for text in user.unmatched_folders.splitlines():
        yield f"No folder fits {text}, which the settings of the batch name."
    for item in user.skipped_items.iterator(AT_ONCE):
        yield f"Skipped: {item.folder}, UID {item.uid}, {size_in_words(item.size)}, {item.kind}: {item.subject!r}: {item.reason}"
    yield ""
