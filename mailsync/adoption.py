"""Finds messages that were copied already though the journal does not say so, so that they are not copied again.

That is the case when a run was cut off between the append and the journal, when the journal was lost, and when either
folder got a new UIDVALIDITY.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from mailsync.events import Adopted, Event
from mailsync.flagging import changes_of_copies
from mailsync.identity import Seen, pair
from mailsync.journal import FolderRecord
from mailsync.ledger import Ledger, Pause
from mailsync.model import Path
from mailsync.plan import Job, change_of_flags
from mailsync.sides import Sided
from mailsync.uids import UidSet

AT_ONCE = 500  # pairs between two commands that change flags
SETTLING = 1.0  # seconds: what a server has taken in full before the line broke is stored by then
LOOKS = 5  # at most, at a target where more and more appears


def adopt(source: Sided, target: Sided, jobs: list[Job], ledger: Ledger, pause: Pause) -> Iterator[Event]:
    """Pair target messages from ``adopt_from`` on that nobody knows with source messages that have no outcome yet.

    After a run that was cut off it waits a moment and looks again, until nothing new appears: a server may still be
    storing what that run had sent. A stop is heard when a folder is done: half of that work could not be kept.
    """
    strangers = {job.source: UidSet() for job in jobs}
    settled = not any(job.was_cut_off for job in jobs)
    for _ in range(LOOKS):
        there = target.uids(job.record.target for job in jobs)
        fresh = {job.source: _unknown(job.record, there) - strangers[job.source] for job in jobs}
        for job in jobs:
            yield from _adopt(source, target, job, fresh[job.source], ledger)
            strangers[job.source].update(fresh[job.source] - job.record.copied.targets)
            if not ledger.still_wanted():
                return
        if settled and not any(fresh.values()):
            break
        if not settled:
            pause(SETTLING)
            settled = True
    for job in jobs:
        _conclude(job, strangers[job.source].last, ledger)


def _conclude(job: Job, last: int, ledger: Ledger) -> None:
    record = job.record
    record.adopt_from = max(record.adopt_from, last + 1, record.copied.targets.last + 1)
    if job.copy:
        record.flags.discard(job.copy)  # what is copied anew brings its flags along
    ledger.note(record)


def _unknown(record: FolderRecord, there: dict[Path, UidSet]) -> UidSet:
    return there[record.target].from_uid(record.adopt_from) - record.copied.targets


def _adopt(source: Sided, target: Sided, job: Job, candidates: UidSet, ledger: Ledger) -> Iterator[Event]:
    if not (job.copy and candidates):
        return
    copies = ledger.beating(target.read([(job.record.target, candidates)]))
    with closing(ledger.beating(source.read([(job.source, job.copy)]))) as originals:
        pairs = pair(originals, copies)
        while found := list(islice(pairs, AT_ONCE)):
            _take_over(target, job.record, found)
            ledger.note(job.record)
            ledger.save_if_due()
            yield Adopted(job.source, len(found), sum(original.size for original, _ in found))
    job.copy = job.copy - job.record.copied.sources


def _take_over(target: Sided, record: FolderRecord, found: list[tuple[Seen, Seen]]) -> None:
    """First the flags, then the record: cut off in between, it is all done once more."""
    known = {original.uid: record.flags.get(original.uid) for original, _ in found}
    fresh = record.copy()
    for original, copy in found:
        fresh.copied.add(original.uid, copy.uid)
    flags = ((o.uid, change_of_flags(known[o.uid], o.flags, c.flags)) for o, c in found)
    if changes := list(changes_of_copies(fresh, flags)):
        target.change_flags(changes)
    record.copied = fresh.copied
    record.flags.discard(UidSet(known))
    for original, _ in found:
        record.flags.set(original.uid, original.flags)
