"""The engine's journal of one user in the database: a row a folder, a row a skipped item."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from batches.leases import Lease, hold
from batches.models import FolderSync, MigrationUser, SkippedItem
from batches.parts import in_parts
from batches.server_words import kept, restored, storable
from batches.states import UserStatus
from mailsync.flag_index import FlagIndex
from mailsync.journal import FolderRecord
from mailsync.model import REPAIRED, FolderState, Path, Skipped
from mailsync.uids import UidMap, UidSet

FIELDS = [field for field in FolderSync._meta.concrete_fields if not field.primary_key]
UNIQUE = ("user_id", "source_key")
FOLDERS_AT_ONCE = 50  # SQLite may take no more than 999 parameters
ITEM_COLUMNS = ["kind", "reason", "subject", "date", "size"]


class DatabaseJournal:
    """``mailsync.journal.Journal`` for who holds the lease.

    Each save is one transaction that begins by demanding the lease: a worker that was given up for dead gets LeaseLost
    and can not overwrite what its successor wrote. ``items_synced`` and ``items_skipped`` of the user follow in it.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._folders = FolderSync.objects.filter(user=lease.user_id)
        self._items = SkippedItem.objects.filter(user=lease.user_id)
        self._copied: dict[str, int] | None = None  # messages by folder; None until they were loaded
        self._has_items: bool | None = None  # None until it was asked; an item is one of a folder that has a row

    def load(self) -> Mapping[Path, FolderRecord]:
        rows = list(self._folders.all())
        self._copied = {row.source_key: row.copied_count for row in rows}
        if not rows:
            self._has_items = False
        return {record.source: record for record in map(_record, rows)}

    def save(self, records: Iterable[FolderRecord], skipped: tuple[Skipped, ...] = ()) -> None:
        if self._copied is None:
            self.load()
        rows = {_key(record.source): record for record in records}
        with transaction.atomic():
            hold(self._lease, items_synced=self._count(rows))
            stored = (_row(self._lease.user_id, key, record) for key, record in rows.items())
            for part in in_parts(stored, FOLDERS_AT_ONCE):
                _store(part)
            self._save_items(rows, skipped)

    def _count(self, rows: Mapping[str, FolderRecord]) -> int:
        """Only who holds the lease writes rows, so what was loaded is still what there is."""
        assert self._copied is not None  # noqa: S101 (save has loaded)
        self._copied |= {key: len(record.copied) for key, record in rows.items()}
        return sum(self._copied.values())

    def _save_items(self, rows: Mapping[str, FolderRecord], skipped: tuple[Skipped, ...]) -> None:
        """Most mailboxes have none, and need no more than one look."""
        if self._has_items is None:
            self._has_items = self._items.exists()
        self._has_items |= any(record.skipped or record.repaired for record in rows.values()) or bool(skipped)
        if self._has_items:
            self._forget_outdated(rows)
            _write_items(self._lease.user_id, skipped)
            left = self._items.exclude(kind=REPAIRED).count()
            MigrationUser.objects.filter(pk=self._lease.user_id).update(items_skipped=left)

    def skipped(self) -> list[Skipped]:
        paths = {row.source_key: _path(row.source) for row in self._folders.all()}
        return [_skipped(item, paths[item.folder_key]) for item in self._items.all()]

    def _forget_outdated(self, by_key: Mapping[str, FolderRecord]) -> None:
        items = self._items.filter(folder_key__in=by_key).values_list("pk", "folder_key", "uid")
        if gone := [pk for pk, key, uid in items if not by_key[key].has_item(uid)]:
            self._items.filter(pk__in=gone).delete()


def forget_skipped(user_ids: Collection[int]) -> None:
    """Let the next pass try their skipped items again: whoever raised the target's limit expects it.

    Until it has, they are missing on the target as before, so they stay listed and counted. Those of failed users do not:
    too many of them would end the pass before it has tried them.
    """
    FolderSync.objects.filter(user__in=user_ids).exclude(skipped="").update(skipped="", state=None)
    failed = MigrationUser.objects.filter(pk__in=user_ids, status=UserStatus.FAILED)
    SkippedItem.objects.filter(user__in=failed).exclude(kind=REPAIRED).delete()
    failed.update(items_skipped=0)


def forget_item(item: SkippedItem) -> None:
    """Let the next pass try this one again."""
    for folder in FolderSync.objects.filter(user=item.user_id, source_key=item.folder_key):
        skipped = UidSet.parse(folder.skipped) - UidSet([item.uid])
        FolderSync.objects.filter(pk=folder.pk).update(skipped=str(skipped), state=None)
    item.delete()
    left = SkippedItem.objects.filter(user=item.user_id).exclude(kind=REPAIRED).count()
    MigrationUser.objects.filter(pk=item.user_id).update(items_skipped=left)


def keep_item(user_id: int, item: Skipped) -> SkippedItem:
    """The row of an item, made or brought up to date; its original is not kept yet."""
    _write_items(user_id, (item,))
    row = SkippedItem.objects.get(user=user_id, folder_key=_key(item.folder), uid=item.uid)
    SkippedItem.objects.filter(pk=row.pk).update(is_kept=False)
    return row


def _write_items(user_id: int, items: tuple[Skipped, ...]) -> None:
    SkippedItem.objects.bulk_create(
        [_item(user_id, item) for item in items],
        update_conflicts=True,
        unique_fields=["user", "folder_key", "uid"],
        update_fields=ITEM_COLUMNS,
    )


def _key(path: Path) -> str:
    return hashlib.sha256(json.dumps(path).encode()).hexdigest()


def _path(levels: list[str]) -> Path:
    return tuple(restored(level) for level in levels)


def _levels(path: Path) -> list[str]:
    return [storable(level) for level in path]


def _store(rows: list[FolderSync]) -> None:
    """As ``bulk_create`` with ``update_conflicts``, which takes half as long again: each mailbox is saved every second."""
    columns = [str(field.column) for field in FIELDS]
    places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns if column not in UNIQUE)
    # Names of columns are all that is put into the statement.
    into = f"INSERT INTO {FolderSync._meta.db_table} ({', '.join(columns)}) VALUES {places}"  # noqa: S608
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(f"{into} ON CONFLICT ({', '.join(UNIQUE)}) DO UPDATE SET {changes}", values)


def _row(user_id: int, key: str, record: FolderRecord) -> FolderSync:
    return FolderSync(
        user_id=user_id,
        source=_levels(record.source),
        source_key=key,
        target=_levels(record.target),
        source_uidvalidity=record.source_uidvalidity,
        target_uidvalidity=record.target_uidvalidity,
        adopt_from=record.adopt_from,
        copied=str(record.copied),
        copied_count=len(record.copied),
        skipped=str(record.skipped),
        flags={storable(flags): uids for flags, uids in record.flags.as_dict().items()},
        state=record.state._asdict() if record.state else None,
        excluded=str(record.excluded),
        deleted=str(record.deleted),
        selection=record.selection,
        repaired=str(record.repaired),
        reselected=record.reselected,
    )


def _record(row: FolderSync) -> FolderRecord:
    flags: dict[str, str] = row.flags
    state: dict[str, Any] | None = row.state
    return FolderRecord(
        source=_path(row.source),
        target=_path(row.target),
        source_uidvalidity=row.source_uidvalidity,
        target_uidvalidity=row.target_uidvalidity,
        adopt_from=row.adopt_from,
        copied=UidMap.stored(row.copied),
        skipped=UidSet.stored(row.skipped),
        flags=FlagIndex.of_dict({restored(names): uids for names, uids in flags.items()}),
        state=FolderState(**state) if state else None,
        excluded=UidSet.stored(row.excluded),
        deleted=UidSet.stored(row.deleted),
        selection=row.selection,
        repaired=UidSet.stored(row.repaired),
        reselected=row.reselected,
    )


def _item(user_id: int, skipped: Skipped) -> SkippedItem:
    return SkippedItem(
        user_id=user_id,
        folder="/".join(_levels(skipped.folder)),
        folder_key=_key(skipped.folder),
        uid=skipped.uid,
        kind=skipped.kind,
        reason=kept(skipped.reason),
        subject=storable(skipped.subject),
        date=skipped.date,
        size=skipped.size,
    )


def _skipped(item: SkippedItem, folder: Path) -> Skipped:
    return Skipped(folder, item.uid, item.kind, item.reason, item.size, item.subject, item.date)
