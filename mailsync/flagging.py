"""Carries flags over that changed at the source, and leaves alone what the owner did on the target."""

from __future__ import annotations

from collections.abc import Iterable

from mailsync.journal import FolderRecord
from mailsync.model import FlagChange
from mailsync.plan import Job, change_of_flags
from mailsync.store import Store
from mailsync.uids import UidSet


def find_new_flags(source: Store, job: Job) -> None:
    """Fill ``job.new_flags`` with the messages, copied earlier, whose flags at the source are not those of the record."""
    record = job.record
    for uid, flags in source.flags(job.source, record.copied.sources, changed_since=job.look_at_flags or 0):
        if record.flags.get(uid) != flags:
            job.new_flags[uid] = flags


def carry_flags(target: Store, record: FolderRecord, new_flags: dict[int, frozenset[str]]) -> None:
    """Change the copies, then the record."""
    changes = ((uid, change_of_flags(record.flags.get(uid), flags)) for uid, flags in new_flags.items())
    change_copies(target, record, changes)
    record.flags.discard(UidSet(new_flags))
    for uid, flags in new_flags.items():
        record.flags.set(uid, flags)


def change_copies(target: Store, record: FolderRecord, changes: Iterable[tuple[int, FlagChange]]) -> None:
    """Apply the changes, each by source UID, in as few commands as there are different ones."""
    groups: dict[tuple[frozenset[str], frozenset[str]], UidSet] = {}
    for uid, change in changes:
        if (place := record.copied.get(uid)) and (change.add or change.remove):
            groups.setdefault((change.add, change.remove), UidSet()).add(place)
    if groups:
        target.change_flags(record.target, [FlagChange(uids, *change) for change, uids in groups.items()])
