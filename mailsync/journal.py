"""What the engine remembers between two runs, folder by folder.

A journal is never more than a shortcut: a run that finds none, an old one, or one that was cut off in the middle ends
with the same mailbox. What the journal does not know, the target is asked (see :mod:`mailsync.identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from mailsync.flag_index import FlagIndex
from mailsync.model import FolderState, Path, Skipped
from mailsync.uids import UidMap, UidSet

NOWHERE = 0  # the target UID of a message that was stored, we do not know where: not copied again


class FolderRecord:
    """All that is known of one source folder and its copy.

    ``adopt_from``: target UIDs from here on that are not in ``copied`` may be ours all the same (appended, but not
    yet written down when the run was cut off). ``state`` is the source's state when the folder was last known to be
    fully copied, None before that and while a run is under way.
    """

    def __init__(
        self,
        source: Path,
        target: Path,
        source_uidvalidity: int = 0,
        target_uidvalidity: int = 0,
        adopt_from: int = 1,
        copied: UidMap | None = None,  # source UID -> target UID
        skipped: UidSet | None = None,  # source UIDs that were left behind for a reason
        flags: FlagIndex | None = None,  # the source's flags as last carried over
        state: FolderState | None = None,
        excluded: UidSet | None = None,  # source UIDs that are not migrated, by their date of receipt
        deleted: UidSet | None = None,  # ... because they are flagged \Deleted
        selection: str = "",  # ``Selection.key`` that these two were found with
        repaired: UidSet | None = None,  # of ``copied``, those whose copy is not the original to the octet
        reselected: bool = False,  # that was another one before: what came later stands behind what was there
    ) -> None:
        self.source, self.target = source, target
        self.source_uidvalidity, self.target_uidvalidity = source_uidvalidity, target_uidvalidity
        self.adopt_from = adopt_from
        self.copied = UidMap() if copied is None else copied
        self.skipped = UidSet() if skipped is None else skipped
        self.flags = FlagIndex() if flags is None else flags
        self.state = state
        self.excluded = UidSet() if excluded is None else excluded
        self.deleted = UidSet() if deleted is None else deleted
        self.selection, self.reselected = selection, reselected
        self.repaired = UidSet() if repaired is None else repaired

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FolderRecord) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def outcomes(self) -> int:
        """How many messages are accounted for: copied, skipped, or not selected."""
        return len(self.copied) + len(self.skipped) + len(self.excluded) + len(self.deleted)

    def has_item(self, uid: int) -> bool:
        """Whether a skipped item tells of this message."""
        return uid in self.skipped or uid in self.repaired

    def copy(self) -> FolderRecord:
        """An independent record with the same content."""
        return FolderRecord(
            self.source,
            self.target,
            self.source_uidvalidity,
            self.target_uidvalidity,
            self.adopt_from,
            self.copied.copy(),
            self.skipped.copy(),
            self.flags.copy(),
            self.state,
            self.excluded.copy(),
            self.deleted.copy(),
            self.selection,
            self.repaired.copy(),
            self.reselected,
        )


class Journal(Protocol):
    """Where the records of one mailbox are kept. ``save`` and ``skip`` are durable when they return."""

    def load(self) -> Mapping[Path, FolderRecord]:
        """All records by source folder."""
        ...

    def save(self, records: Iterable[FolderRecord], skipped: tuple[Skipped, ...] = ()) -> None:
        """Keep each record in place of the folder's former one, and add the skipped items, all in one step.

        Items of these folders that the record no longer has are forgotten: under a new UIDVALIDITY (RFC 3501
        2.3.1.1) the old UIDs mean nothing, and each message gets its outcome anew.
        """
        ...

    def skipped(self) -> list[Skipped]:
        """All skipped items."""
        ...


class MemoryJournal:
    """The reference: keeps copies, as a database would."""

    def __init__(self) -> None:
        self._records: dict[Path, FolderRecord] = {}
        self._skipped: dict[tuple[Path, int], Skipped] = {}

    def load(self) -> Mapping[Path, FolderRecord]:
        return {path: record.copy() for path, record in self._records.items()}

    def save(self, records: Iterable[FolderRecord], skipped: tuple[Skipped, ...] = ()) -> None:
        fresh = {record.source: record.copy() for record in records}
        self._records |= fresh
        for folder, uid in [*self._skipped]:
            if folder in fresh and not fresh[folder].has_item(uid):
                del self._skipped[folder, uid]
        self._skipped.update({(item.folder, item.uid): item for item in skipped})

    def skipped(self) -> list[Skipped]:
        return list(self._skipped.values())
