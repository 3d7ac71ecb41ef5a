"""What the engine remembers between two runs, folder by folder.

A journal is never more than a shortcut: a run that finds none, an old one, or one that was cut off in the middle ends
with the same mailbox. What the journal does not know, the target is asked (see :mod:`mailsync.identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from mailsync.model import FolderState, Path, Skipped
from mailsync.uids import FlagIndex, UidMap, UidSet

NOWHERE = 0  # the target UID of a message that was stored, we do not know where: not copied again


@dataclass(slots=True)
class FolderRecord:
    """All that is known of one source folder and its copy.

    ``adopt_from``: target UIDs from here on that are not in ``copied`` may be ours all the same (appended, but not
    yet written down when the run was cut off). ``state`` is the source's state when the folder was last known to be
    fully copied, None before that and while a run is under way.
    """

    source: Path
    target: Path
    source_uidvalidity: int = 0
    target_uidvalidity: int = 0
    adopt_from: int = 1
    copied: UidMap = field(default_factory=UidMap)  # source UID -> target UID
    skipped: UidSet = field(default_factory=UidSet)  # source UIDs that were left behind for a reason
    flags: FlagIndex = field(default_factory=FlagIndex)  # the source's flags as last carried over
    state: FolderState | None = None
    excluded: UidSet = field(default_factory=UidSet)  # source UIDs that are not migrated, by their date of receipt
    deleted: UidSet = field(default_factory=UidSet)  # ... because they are flagged \Deleted
    selection: str = ""  # ``Selection.key`` that these two were found with
    repaired: UidSet = field(default_factory=UidSet)  # of ``copied``, those whose copy is not the original to the octet
    reselected: bool = False  # that was another one before: what came later stands behind what was there

    @property
    def outcomes(self) -> int:
        """How many messages are accounted for: copied, skipped, or not selected."""
        return len(self.copied) + len(self.skipped) + len(self.excluded) + len(self.deleted)

    def has_item(self, uid: int) -> bool:
        """Whether a skipped item tells of this message."""
        return uid in self.skipped or uid in self.repaired

    def copy(self) -> FolderRecord:
        """An independent record with the same content."""
        return replace(
            self,
            copied=self.copied.copy(),
            skipped=self.skipped.copy(),
            flags=self.flags.copy(),
            excluded=self.excluded.copy(),
            deleted=self.deleted.copy(),
            repaired=self.repaired.copy(),
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
