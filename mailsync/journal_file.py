"""The journal of one mailbox in an SQLite file, for the command line."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from os import PathLike
from typing import Any

from mailsync.flag_index import FlagIndex
from mailsync.journal import FolderRecord
from mailsync.model import FolderState, Path, Skipped
from mailsync.uids import UidMap, UidSet

VERSION = 2  # of the tables below, in the file's user_version
TABLES = """
CREATE TABLE mailbox (name TEXT NOT NULL);
CREATE TABLE folder (
    source TEXT PRIMARY KEY, target TEXT NOT NULL, source_uidvalidity INTEGER NOT NULL, target_uidvalidity INTEGER NOT NULL,
    adopt_from INTEGER NOT NULL, copied TEXT NOT NULL, skipped TEXT NOT NULL, flags TEXT NOT NULL, state TEXT NOT NULL,
    excluded TEXT NOT NULL, deleted TEXT NOT NULL, selection TEXT NOT NULL, repaired TEXT NOT NULL, reselected INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE skipped_item (
    folder TEXT NOT NULL, uid INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, size INTEGER NOT NULL,
    subject TEXT NOT NULL, date TEXT NOT NULL, PRIMARY KEY (folder, uid)
) WITHOUT ROWID;
"""


FOLDER_ROW = "REPLACE INTO folder VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


NO_JOURNAL = "Give another file name."
NO_ROOM = (
    "Check that the file may be written and that its disk is not full; then run the same command again: it goes on where "
    "it was."
)


class JournalError(Exception):
    """The file can not be used. The message is a sentence for the person at the command line."""


class FileJournal:
    """``mailbox`` names the pair of mailboxes: a file that holds records of another pair is refused.

    The file is locked until ``close``, or until the process ends in whatever way. Saved records survive the process;
    after a power failure the last ones may be missing, which costs time, no mail.
    """

    def __init__(self, path: str | PathLike[str], mailbox: str) -> None:
        self._path, self._mailbox, self._named = path, mailbox, False
        with self._explained():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # it tells of somebody's mail
            self._database = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            with self._explained():
                self._open()
        except BaseException:
            self._database.close()
            raise

    def _open(self) -> None:
        run = self._database.execute
        run("PRAGMA locking_mode=EXCLUSIVE")
        empty = not run("SELECT 1 FROM sqlite_master").fetchone()
        if not empty and run("PRAGMA user_version").fetchone()[0] != VERSION:
            raise JournalError(f"{self._path} is not a journal of this version of mailsync. Give another file name.")
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=NORMAL")
        run("BEGIN EXCLUSIVE")
        if empty:
            self._begin()
        run("COMMIT")
        owner = run("SELECT name FROM mailbox WHERE EXISTS (SELECT 1 FROM folder)").fetchone()
        if owner and owner[0] != self._mailbox:
            raise JournalError(
                f"{self._path} is the journal of {owner[0]}, not of {self._mailbox}. Give another file name."
            )
        self._named = bool(owner)

    def _begin(self) -> None:
        for statement in filter(str.strip, TABLES.split(";")):
            self._database.execute(statement)
        self._database.execute(f"PRAGMA user_version={VERSION}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if error.sqlite_errorname == "SQLITE_BUSY":
                raise JournalError(f"{self._path} is in use: another run copies this mailbox now.") from error
            remedy = NO_JOURNAL if error.sqlite_errorname == "SQLITE_NOTADB" else NO_ROOM
            raise JournalError(f"The journal {self._path} can not be used: {error}. {remedy}") from error
        except OSError as error:
            raise JournalError(f"The journal {self._path} can not be used: {error.strerror}. {NO_ROOM}") from error

    def load(self) -> Mapping[Path, FolderRecord]:
        with self._explained():
            rows = self._database.execute("SELECT * FROM folder").fetchall()
        return {record.source: record for record in map(_record, rows)}

    def save(self, records: Iterable[FolderRecord], skipped: tuple[Skipped, ...] = ()) -> None:
        with self._explained():
            self._database.execute("BEGIN")
            try:
                self._name()
                self._database.executemany(FOLDER_ROW, map(_row, kept := list(records)))
                self._forget_outdated(kept)
                self._database.executemany("REPLACE INTO skipped_item VALUES (?,?,?,?,?,?,?)", map(_item_row, skipped))
                self._database.execute("COMMIT")
            except BaseException:
                self._database.rollback()
                raise
        self._named = True

    def _name(self) -> None:
        """Only now: a file in which nothing was saved, for a mistyped address say, stays free for any pair."""
        if not self._named:
            self._database.execute("DELETE FROM mailbox")
            self._database.execute("INSERT INTO mailbox VALUES (?)", (self._mailbox,))

    def _forget_outdated(self, records: list[FolderRecord]) -> None:
        run = self._database.execute
        if not run("SELECT 1 FROM skipped_item LIMIT 1").fetchone():
            return
        for record in records:
            folder = json.dumps(record.source)
            for (uid,) in run("SELECT uid FROM skipped_item WHERE folder=?", (folder,)).fetchall():
                if not record.has_item(uid):
                    run("DELETE FROM skipped_item WHERE folder=? AND uid=?", (folder, uid))

    def skipped(self) -> list[Skipped]:
        with self._explained():
            rows = self._database.execute("SELECT * FROM skipped_item ORDER BY folder, uid").fetchall()
        return [_item(row) for row in rows]

    def close(self) -> None:
        self._database.close()


Value = str | int


def _row(record: FolderRecord) -> tuple[Value, ...]:
    state = record.state
    return (
        json.dumps(record.source),
        json.dumps(record.target),
        record.source_uidvalidity,
        record.target_uidvalidity,
        record.adopt_from,
        str(record.copied),
        str(record.skipped),
        json.dumps(record.flags.as_dict()),
        json.dumps(list(state) if state else None),
        str(record.excluded),
        str(record.deleted),
        record.selection,
        str(record.repaired),
        record.reselected,
    )


def _record(row: tuple[Any, ...]) -> FolderRecord:
    source, target, source_uidvalidity, target_uidvalidity, adopt_from, copied, skipped, flags, state, *rest = row
    excluded, deleted, selection, repaired, reselected = rest
    return FolderRecord(
        tuple(json.loads(source)),
        tuple(json.loads(target)),
        source_uidvalidity,
        target_uidvalidity,
        adopt_from,
        UidMap.stored(copied),
        UidSet.stored(skipped),
        FlagIndex.of_dict(json.loads(flags)),
        FolderState(*numbers) if (numbers := json.loads(state)) else None,
        UidSet.stored(excluded),
        UidSet.stored(deleted),
        selection,
        UidSet.stored(repaired),
        bool(reselected),
    )


def _item_row(item: Skipped) -> tuple[Value, ...]:
    date = item.date.isoformat() if item.date else ""
    return (json.dumps(item.folder), item.uid, item.kind, item.reason, item.size, item.subject, date)


def _item(row: tuple[str, int, str, str, int, str, str]) -> Skipped:
    folder, uid, kind, reason, size, subject, date = row
    when = datetime.fromisoformat(date) if date else None
    return Skipped(tuple(json.loads(folder)), uid, kind, reason, size, subject, when)
