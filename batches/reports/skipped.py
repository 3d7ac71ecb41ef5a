"""``SkippedItems``: one line for every message that was left behind, or had to be changed to arrive."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import NamedTuple

from batches.models import MigrationBatch, SkippedItem
from batches.reports.table import AT_ONCE, Report, in_english
from batches.words import SKIPPED_KINDS, error_words
from core.as_text import Row

COLUMNS = {
    "EmailAddress": 32,
    "Batch": 24,
    "BatchDeleted": 19,
    "Kind": 24,
    "Date": 19,
    "Subject": 40,
    "Folder": 32,
    "Uid": 12,
    "Size": 14,
    "WhatToDo": 60,
    "ServerWords": 60,
    "Kept": 8,
    "Time": 19,
}
# At which server each kind of skipped item comes about.
SIDES = {"too_large": "target", "refused": "target", "unreadable": "source", "repaired": "target"}


class Item(NamedTuple):
    """A skipped item with whose it is."""

    address: str
    batch: str
    batch_deleted: datetime | None
    kind: str
    date: datetime | None
    subject: str
    folder: str
    uid: int
    size: int
    reason: str
    is_kept: bool
    at: datetime

    @property
    def of(self) -> tuple[str, str, datetime | None]:
        return self.address, self.batch, self.batch_deleted


FIELDS = ("user__address", "user__batch__name", "user__batch__deleted_at", *Item._fields[3:])


def items_of(batch: MigrationBatch | None, kinds: Collection[str] = ()) -> Iterator[Item]:
    """Of one batch or, where it is None, of all; of these ``kinds``, or of all."""
    items = SkippedItem.objects.order_by("user__batch_id", "user__position", "folder", "uid")
    wanted = items.filter(user__batch=batch) if batch else items
    wanted = wanted.filter(kind__in=kinds) if kinds else wanted
    return map(Item._make, wanted.values_list(*FIELDS).iterator(AT_ONCE))


@cache
def sentence(kind: str) -> str:
    """Why a message of that kind was left behind, and what to do."""
    return in_english(lambda: error_words(kind, side=SIDES.get(kind, "")))


@cache
def _kind(kind: str) -> str:
    return in_english(str, SKIPPED_KINDS.get(kind, kind))


def rows(batch: MigrationBatch | None) -> Iterator[Row]:
    for item in items_of(batch):
        about = (item.date, item.subject, item.folder, item.uid, item.size)
        kept = "yes" if item.is_kept else "no"
        yield *item.of, _kind(item.kind), *about, sentence(item.kind), item.reason, kept, item.at


SKIPPED_ITEMS = Report("SkippedItems", COLUMNS, rows)
