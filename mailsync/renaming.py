"""Knows a source folder again that was renamed between two runs, so that its messages are not copied a second time.

Its copy stays where it is, and goes on being its copy: nothing on the target is ever moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsync.events import Event, SourceRenamed
from mailsync.journal import FolderRecord, Journal
from mailsync.model import Folder, FolderState, Message, Path
from mailsync.sides import Sided
from mailsync.uids import UidSet

SAMPLE = 5  # messages that are compared where the server does not tell a folder by anything but its name


class Renaming:
    """``records`` are those of the journal; they are brought up to date together with it."""

    def __init__(self, source: Sided, target: Sided, journal: Journal, records: dict[Path, FolderRecord]) -> None:
        self._source = source
        self._target = target
        self._journal = journal
        self._records = records

    def follow(self, listing: Iterable[Folder]) -> Iterator[Event]:
        """Where each folder that is no longer listed has gone. Costs nothing unless one is gone and another is new."""
        folders = {folder.path: folder for folder in listing}
        lost = [record for path, record in self._records.items() if record.target and path not in folders]
        new = {path: folder.state for path, folder in folders.items() if folder.state and path not in self._records}
        for record in lost:
            if found := next((path for path, state in new.items() if self._is_same(record, path, state)), None):
                del new[found]
                self._move(record, found)
                yield SourceRenamed(record.source, found, record.target)

    def _is_same(self, record: FolderRecord, path: Path, now: FolderState) -> bool:
        """By MAILBOXID (RFC 8474) where the server tells it; else it has to give out the same UIDs for the same messages."""
        before = record.state
        if now.mailbox_id and before and before.mailbox_id:
            return now.mailbox_id == before.mailbox_id
        went_on = before is None or now.uidnext >= before.uidnext
        return record.source_uidvalidity == now.uidvalidity and went_on and self._holds_same(record, path)

    def _holds_same(self, record: FolderRecord, path: Path) -> bool:
        """Whether some of its messages are those of the copy."""
        state = self._target.state(record.target)
        if state is None or state.uidvalidity != record.target_uidvalidity:
            return False
        copied = [uid for uid, place in record.copied.items() if place]
        sample = UidSet(copied[:: max(1, len(copied) // SAMPLE)][-SAMPLE:])
        places = {place: uid for uid in sample if (place := record.copied.get(uid))}
        originals = {message.uid: _known_by(message) for message in self._source.read([(path, sample)])}
        copies = {places[m.uid]: _known_by(m) for m in self._target.read([(record.target, UidSet(places))])}
        both = originals.keys() & copies.keys()
        return bool(both) and all(originals[uid] == copies[uid] for uid in both)

    def _move(self, record: FolderRecord, path: Path) -> None:
        items = tuple(item._replace(folder=path) for item in self._journal.skipped() if item.folder == record.source)
        moved, nothing = record.copy(), FolderRecord(record.source, ())
        moved.source = path
        self._journal.save([moved, nothing], items)
        self._records |= {path: moved, record.source: nothing}


def _known_by(message: Message) -> tuple[bytes, object]:
    from mailsync.identity import digest  # slow to import and seldom needed

    return digest(message), message.date
