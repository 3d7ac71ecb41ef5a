"""Takes out of the jobs what the selection leaves out, and writes down what that is, so that each message has an outcome.

Only dates and flags are asked for, of messages that have no outcome yet; no message is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailsync.model import DELETED, FlagQuery, Path
from mailsync.plan import Job
from mailsync.selection import Selection
from mailsync.store import Store
from mailsync.uids import UidSet


def narrow(source: Store, jobs: Iterable[Job], selection: Selection) -> None:
    """``copy`` of each job is known. What is left out of it goes to ``excluded`` and ``deleted`` of the record."""
    by_path = {job.source: job for job in jobs}
    if selection.by_date:
        _leave_out_by_date(source, by_path, selection)
    if not selection.deleted:
        _leave_out_deleted(source, by_path)


def _leave_out_by_date(source: Store, jobs: dict[Path, Job], selection: Selection) -> None:
    excluded: dict[Path, list[int]] = {}
    wanted = [(path, job.copy) for path, job in jobs.items() if job.copy]
    for path, uid, date in source.dates(wanted) if wanted else ():
        if not selection.takes_date(date):
            excluded.setdefault(path, []).append(uid)
    for path, uids in excluded.items():
        _leave_out(jobs[path], jobs[path].record.excluded, UidSet(uids))


def _leave_out_deleted(source: Store, jobs: dict[Path, Job]) -> None:
    """A message whose flag was taken away again since it was left out is copied now."""
    queries = [FlagQuery(path, job.copy) for path, job in jobs.items() if job.copy]
    queries += [
        FlagQuery(path, job.record.deleted, job.look_at_flags)
        for path, job in jobs.items()
        if job.look_at_flags is not None and job.record.deleted
    ]
    gone: dict[Path, list[int]] = {}
    back: dict[Path, list[int]] = {}
    for path, uid, flags in source.flags(queries) if queries else ():
        (gone if DELETED in flags else back).setdefault(path, []).append(uid)
    for path, job in jobs.items():
        again = UidSet(back.get(path, ())) & job.record.deleted
        job.record.deleted, job.copy = job.record.deleted - again, (job.copy or UidSet()) | again
        _leave_out(job, job.record.deleted, UidSet(gone.get(path, ())))


def _leave_out(job: Job, outcome: UidSet, uids: UidSet) -> None:
    outcome.update(uids)
    job.copy = (job.copy or UidSet()) - uids
