"""Counts the target against the source once more, message by message, without trusting what a sync believes.

Both mailboxes are read in full: content by SHA-256, flags, keywords, INTERNALDATE as an instant, order. The journal is
only used to explain differences, never to find messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from mailsync.comparing import Comparison, Difference, Fingerprint
from mailsync.evidence import Evidence, proofs
from mailsync.folders import map_folders
from mailsync.identity import digest
from mailsync.journal import FolderRecord, Journal
from mailsync.model import DELETED, FolderState, Path, Skipped
from mailsync.selection import EVERYTHING, Selection
from mailsync.sides import Sided
from mailsync.store import Store
from mailsync.uids import UidSet

LISTED = 1000  # differences of one folder that a report spells out; all are counted


@dataclass(frozen=True, slots=True)
class FolderCheck:
    source: Path
    target: Path
    source_messages: int
    target_messages: int
    equal: int  # messages that are the same on both sides in every respect
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        return all(difference.explanation for difference in self.differences)

    def count(self) -> Counter[tuple[str, str]]:
        """How many differences there are of each kind with each explanation."""
        return Counter((difference.kind, difference.explanation) for difference in self.differences)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        listed = self.differences[:LISTED]
        return {
            "source": "/".join(self.source),
            "target": "/".join(self.target),
            "source_messages": self.source_messages,
            "target_messages": self.target_messages,
            "equal": self.equal,
            "ok": self.ok,
            "differences": [difference._asdict() for difference in listed],
        }


@dataclass(frozen=True, slots=True)
class Verification:
    folders: tuple[FolderCheck, ...]

    @property
    def ok(self) -> bool:
        """Every message of the source is on the target, or it is known why not."""
        return all(folder.ok for folder in self.folders)

    def count(self) -> Counter[tuple[str, str]]:
        """The differences of all folders."""
        return sum((folder.count() for folder in self.folders), Counter())

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "ok": self.ok,
            "folders": len(self.folders),
            "source_messages": sum(folder.source_messages for folder in self.folders),
            "target_messages": sum(folder.target_messages for folder in self.folders),
            "equal": sum(folder.equal for folder in self.folders),
            "differences": {":".join(filter(None, key)): count for key, count in sorted(self.count().items())},
            "details": [folder.as_dict() for folder in self.folders if folder.differences],
        }


def verify(source: Store, target: Store, journal: Journal, selection: Selection = EVERYTHING) -> Verification:
    """Read both mailboxes and compare them."""
    return Verification(tuple(check_folders(source, target, journal, selection)))


def check_folders(
    source: Store,
    target: Store,
    journal: Journal,
    selection: Selection = EVERYTHING,
    evidence: Evidence | None = None,
    beat: Callable[[], object] = lambda: None,
    now: datetime | None = None,
) -> Iterator[FolderCheck]:
    """One result a folder of the source, as soon as it is known. Folders that only the target has are its own affair.

    What ``selection`` leaves out may be missing on the target, and need not: it may have been selected before.
    ``evidence`` gets one proof a message, as soon as its folder is known. ``beat`` is called for every message that was
    read, and may raise what ends it all. Dates of receipt that are later than ``now`` need not have been kept.

    Raises what the stores raise, with ``side`` filled in.
    """
    source, target = Sided(source, "source"), Sided(target, "target")
    folders, listing, records = source.folders(), target.folders(), journal.load()
    known = {path: record.target for path, record in records.items() if record.target}
    there = {folder.path for folder in listing if folder.state}
    selected = {folder.path for folder in selection.folders(folders)}
    items = _by_folder(journal.skipped())
    for path, place in sorted(map_folders(folders, listing, known).items()):
        exists = place in there or target.state(place)
        copies = _fingerprints(target, place, _asked(target, place)[1], beat) if exists else []
        originals = _originals(source, path, skipped := items.get(path, {}), beat)
        comparison = Comparison(
            originals,
            copies,
            records.get(path) or FolderRecord(path, place),
            {uid: f"{item.kind}: {item.reason}" for uid, item in skipped.items()},
            partial(_is_selected, selection) if path in selected else _is_left_out,
            now,
        )
        differences = tuple(comparison.differences())
        if evidence:
            evidence.keep(proofs(path, place, comparison, differences))
        yield FolderCheck(path, place, len(originals), len(copies), comparison.equal, differences)


def _by_folder(items: Iterable[Skipped]) -> dict[Path, dict[int, Skipped]]:
    """And by UID."""
    found: dict[Path, dict[int, Skipped]] = {}
    for item in items:
        found.setdefault(item.folder, {})[item.uid] = item
    return found


def _is_selected(selection: Selection, original: Fingerprint) -> bool:
    return selection.takes_date(original.date) and (selection.deleted or DELETED not in original.flags)


def _is_left_out(_original: Fingerprint) -> bool:
    return False


def _originals(
    source: Sided, path: Path, skipped: Mapping[int, Skipped], beat: Callable[[], object]
) -> list[Fingerprint]:
    """Also those that the source lists and gives nothing of, with what was known of them when they were skipped."""
    state, asked = _asked(source, path)
    read = _fingerprints(source, path, asked, beat)
    if state.messages <= len(read):
        return read
    silent = (source.uids([path])[path] & asked) - UidSet(original.uid for original in read)
    dates = {uid: item.date for uid, item in skipped.items()}
    read += [Fingerprint(uid, b"", frozenset(), dates.get(uid)) for uid in silent]
    return sorted(read, key=lambda original: original.uid)


def _asked(store: Store, path: Path) -> tuple[FolderState, UidSet]:
    """What the folder says of itself, and the UIDs to be asked for."""
    state = store.state(path) or FolderState(0, 0, 0)
    uids = UidSet.of_ranges([(1, state.uidnext - 1)]) if state.uidnext > 1 else store.uids([path])[path]
    return state, uids


def _fingerprints(store: Store, path: Path, uids: UidSet, beat: Callable[[], object]) -> list[Fingerprint]:
    found = []
    for message in store.read([(path, uids)]):
        found.append(Fingerprint(message.uid, digest(message), message.flags, message.date))
        beat()
    return found
