"""Brings a target mailbox up to date with a source mailbox, and can be cut off anywhere.

Nothing is ever written to the source, and nothing removed from the target. A run begins with the source alone, except for
a new mailbox; if nothing changed there, the target is not even connected. The records of all folders that need something
are saved before the first message is sent, then about once a second, then when the run ends; what a cut leaves open is
settled by the next run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from mailsync.errors import Stop
from mailsync.events import Event, Finished, FlagsChanged, FolderFinished
from mailsync.extent import measure
from mailsync.flagging import carry_flags, find_new_flags
from mailsync.journal import FolderRecord, Journal
from mailsync.ledger import Ledger, Pause
from mailsync.model import Folder, Path
from mailsync.narrowing import narrow
from mailsync.opening import Opening
from mailsync.pairs import Spare, Stores, no_spare
from mailsync.plan import Job, plan_folder, settled, without_outcome
from mailsync.remedies import NO_REMEDIES, Remedies
from mailsync.renaming import Renaming
from mailsync.selection import EVERYTHING, Selection
from mailsync.sides import Sided
from mailsync.store import Store

if TYPE_CHECKING:
    from mailsync.copying import Copying


def sync(
    source: Store,
    target: Store,
    journal: Journal,
    *,
    clock: Callable[[], float],
    wanted: Callable[[], bool] = lambda: True,
    spare: Spare = no_spare,
    pause: Pause = time.sleep,
    selection: Selection = EVERYTHING,
    remedies: Remedies = NO_REMEDIES,
) -> Generator[Event, None, None]:
    """One run over the whole mailbox, told as it goes; it works while the events are taken, and ends with Finished.

    ``clock`` gives seconds from any start. ``wanted`` is asked about once a second; after it says no, what is on its
    way arrives, is saved, and the run ends. ``spare`` is asked for one more connection pair as often as that would pay, until
    it has none; each is closed when there is no more to do for it. ``pause`` waits so many seconds. What ``selection``
    leaves out is not copied; it may be another one than in the last run. ``remedies``: what to do about refused messages.

    Raises what the stores raise, with ``side`` filled in, and Stop("over_quota") when the target is full; the journal is
    saved then too, and the same call goes on where this one broke off.
    """
    ledger = Ledger(journal, clock, wanted)
    try:
        stores = Sided(source, "source"), Sided(target, "target")
        yield from _Run(stores, journal, ledger, selection, spare, remedies, pause).events()
    finally:
        ledger.save()


class _Run:
    def __init__(
        self,
        stores: Stores,
        journal: Journal,
        ledger: Ledger,
        selection: Selection,
        spare: Spare,
        remedies: Remedies,
        pause: Pause,
    ) -> None:
        source, target = self._source, self._target = stores
        self._spare, self._remedies, self._pause = spare, remedies, pause
        self._journal = journal
        self._ledger = ledger
        self._selection = selection
        self._listing: list[Folder] = []
        self._folders: list[Folder] = []
        self._opening = Opening(source, target)
        self._folder_lost = ""  # the target's words about a folder that was removed while we wrote to it

    @cached_property
    def _copying(self) -> Copying:
        from mailsync.copying import Copying  # slow to import, and an unchanged mailbox does not need it

        return Copying(self._source, self._target, self._ledger, self._spare, self._remedies)

    def events(self) -> Iterator[Event]:
        records = dict(self._journal.load())
        with nullcontext() if records else self._opening.looking_ahead():  # a new mailbox needs both sides for certain
            self._listing = self._source.folders()
        self._folders = self._selection.folders(self._listing)
        yield from Renaming(self._source, self._target, self._journal, records).follow(self._listing)
        jobs = self._plan(records)
        yield measure(self._folders, records, jobs)._replace(unmatched=self._selection.unmatched(self._listing))
        yield from self._work(jobs, records)
        if self._folder_lost:
            yield from self._work_again()
        if self._opening.refused:
            raise self._opening.refused
        yield Finished(complete=not self._ledger.stopped)

    def _work_again(self) -> Iterator[Event]:
        """A target folder was lost while we wrote to it: make it anew, once. The new UIDVALIDITY tells what to repeat."""
        words, self._folder_lost, self._copying.folder_lost = self._folder_lost, "", ""
        self._ledger.save()
        records = self._journal.load()
        yield from self._work(self._plan(records), records)
        if self._folder_lost:
            raise Stop("folder_refused", words, side="target")

    def _plan(self, records: Mapping[Path, FolderRecord]) -> list[Job]:
        """From the source alone: the folders in which something may have changed."""
        key = self._selection.key
        jobs = [job for folder in self._folders if (job := plan_folder(folder, records.get(folder.path), key))]
        unclear = any(job.copy is None or job.look_at_flags is not None for job in jobs)
        certain = not self._selection.key and any(job.needs_target for job in jobs)
        with self._opening.looking_ahead() if unclear and certain and records else nullcontext():
            self._look(jobs)
        return jobs

    def _look(self, jobs: list[Job]) -> None:
        """At those folders of the source whose state does not say enough."""
        if unknown := [job for job in jobs if job.copy is None]:
            existing = self._source.uids(job.source for job in unknown)
            for job in unknown:
                job.copy = without_outcome(job.record, existing[job.source])
        narrow(self._source, jobs, self._selection)
        find_new_flags(self._source, jobs)

    def _work(self, jobs: list[Job], records: Mapping[Path, FolderRecord]) -> Iterator[Event]:
        for job in jobs:
            if not job.needs_target:
                self._close(job)
        busy = [job for job in jobs if job.needs_target]
        if not busy or not self._ledger.still_wanted():
            return
        known = {path: record.target for path, record in records.items() if record.target}
        ready = self._opening.open(busy, self._listing, known)
        yield from self._opening.renamed
        yield from self._adopt([job for job in ready if job.may_be_there])
        if self._ledger.still_wanted():
            to_copy = [job for job in ready if job.copy]
            self._copying.ask_ahead(to_copy)
            yield from self._catch_up(ready)
            yield from self._copying.copy(to_copy)
            self._folder_lost = self._copying.folder_lost

    def _adopt(self, jobs: list[Job]) -> Iterator[Event]:
        if jobs:
            from mailsync.adoption import adopt  # slow to import and seldom needed

            yield from adopt(self._source, self._target, jobs, self._ledger, self._pause)

    def _catch_up(self, jobs: list[Job]) -> Iterator[Event]:
        """What concerns messages that are on the target already."""
        changed = [job for job in jobs if job.new_flags]
        carry_flags(self._target, changed)
        for job in changed:
            self._ledger.note(job.record)
            yield FlagsChanged(job.source, len(job.new_flags))
        for job in jobs:
            if not job.copy:
                self._close(job)
                yield FolderFinished(job.source)

    def _close(self, job: Job) -> None:
        job.record.state = settled(job)
        self._ledger.note(job.record)
