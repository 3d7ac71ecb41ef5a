"""``MigrationStatistics``: one line for every user."""

from __future__ import annotations

from collections.abc import Iterator

from batches.models import MigrationBatch
from batches.reports.table import AT_ONCE, Report, status_in_english, users_of
from core.as_text import Row

COLUMNS = {
    "Identity": 32,
    "Batch": 24,
    "BatchDeleted": 19,
    "Status": 20,
    "ItemsSynced": 12,
    "ItemsSkipped": 12,
    "ItemsTotal": 12,
    "BytesMigrated": 16,
    "BytesTotal": 16,
    "BytesPerMinute": 16,
    "InitialSyncEnded": 19,
    "LastSynced": 19,
    "LastSuccessfulSync": 19,
    "StatusSince": 19,
}
FIELDS = (
    *("address", "batch__name", "batch__deleted_at", "status"),
    *("items_synced", "items_skipped", "items_total", "octets_synced", "octets_total", "active_seconds"),
    *("first_synced_at", "last_synced_at", "last_new_items_at", "status_at"),
)


def rows(batch: MigrationBatch | None) -> Iterator[Row]:
    for address, name, deleted, status, *figures, total, seconds, first, last, news, since in (
        users_of(batch).values_list(*FIELDS).iterator(AT_ONCE)
    ):
        octets = figures[-1]
        # Servers that tell no sizes leave the total at 0.
        counted = (*figures, total or None, round(60 * octets / seconds) if seconds else None)
        yield address, name, deleted, status_in_english(status), *counted, first, last, news, since


STATISTICS = Report("MigrationStatistics", COLUMNS, rows)
