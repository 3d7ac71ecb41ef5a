"""Carries flags over that changed at the source, and leaves alone what the owner did on the target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsync.journal import FolderRecord
from mailsync.model import FlagChange, FlagQuery, Path
from mailsync.plan import Job, change_of_flags
from mailsync.store import Store
from mailsync.uids import UidSet


def find_new_flags(source: Store, jobs: Iterable[Job]) -> None:
    """Fill ``new_flags`` of each job with the messages, copied earlier, whose flags at the source are not those of the record."""
    looking = {job.source: job for job in jobs if job.look_at_flags is not None}
    queries = [FlagQuery(path, job.record.copied.sources, job.look_at_flags or 0) for path, job in looking.items()]
    for path, uid, flags in source.flags(queries) if queries else ():
        job = looking[path]
        if job.record.flags.get(uid) != flags:
            job.new_flags[uid] = flags


def carry_flags(target: Store, jobs: list[Job]) -> None:
    """Change the copies, then the records."""
    if changes := [change for job in jobs for change in _carried(job)]:
        target.change_flags(changes)
    for job in jobs:
        job.record.flags.discard(UidSet(job.new_flags))
        for uid, flags in job.new_flags.items():
            job.record.flags.set(uid, flags)


def _carried(job: Job) -> Iterator[tuple[Path, FlagChange]]:
    known = job.record.flags
    return changes_of_copies(
        job.record, ((uid, change_of_flags(known.get(uid), new)) for uid, new in job.new_flags.items())
    )


def changes_of_copies(
    record: FolderRecord, changes: Iterable[tuple[int, FlagChange]]
) -> Iterator[tuple[Path, FlagChange]]:
    """The changes, each by source UID, for the copies: as few as there are different ones."""
    groups: dict[tuple[frozenset[str], frozenset[str]], UidSet] = {}
    for uid, change in changes:
        if (place := record.copied.get(uid)) and (change.add or change.remove):
            groups.setdefault((change.add, change.remove), UidSet()).add(place)
    for what, uids in groups.items():
        yield record.target, FlagChange(uids, *what)
