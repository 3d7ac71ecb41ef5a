"""Finds or makes the target folder of each job, and sees whether it is still the one that the journal knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

from mailsync.errors import Stop
from mailsync.events import FolderRenamed
from mailsync.folders import map_folders, same_name
from mailsync.model import Folder, FolderState, Path
from mailsync.plan import Job, forget_copies, without_outcome
from mailsync.sides import Sided


class Opening:
    """``refused`` is the first error about a folder that the target will not have, and how many more there are; their jobs
    are left out, others go on.
    ``renamed`` are those that it would not have under their own names."""

    def __init__(self, source: Sided, target: Sided) -> None:
        self._source = source
        self._target = target
        self._listing: list[Folder] = []
        self._states: dict[Path, FolderState] = {}
        self.refused: Stop | None = None
        self.renamed: list[FolderRenamed] = []

    @contextmanager
    def looking_ahead(self) -> Iterator[None]:
        """Connect to the target and list its folders while the caller looks at the source."""
        looking = _Looking(self._target)
        looking.start()
        try:
            yield
        finally:
            looking.join()
        self._note(looking.found())

    def open(self, jobs: list[Job], folders: Iterable[Folder], known: Mapping[Path, Path]) -> list[Job]:
        """The jobs whose target folder is there now. ``known`` is where earlier runs copied each folder to."""
        self.renamed = []
        if not self._listing:
            self._note(self._target.folders())
        mapping = map_folders(folders, self._listing, known)
        for job in jobs:
            job.record.target = mapping[job.source]
        missing = [job for job in jobs if job.record.target not in self._states]
        refused = self._create(missing, mapping.values()) if missing else set()
        opened = [job for job in jobs if job.source not in refused]
        ahead = opened if missing else [job for job in opened if job.copy and not job.new_flags]
        if missing or len(ahead) > 1:  # a single one is opened when its first message comes, which takes no longer
            self._states |= self._target.prepare(dict.fromkeys(job.record.target for job in ahead))
        for job in opened:
            self._meet(job)
        self._listing = []  # what another run over the folders finds may be different
        return opened

    def _note(self, listing: list[Folder]) -> None:
        self._listing = listing
        self._states = {folder.path: folder.state for folder in listing if folder.state}

    def _create(self, jobs: list[Job], places: Iterable[Path]) -> set[Path]:
        """The source folders for which the target will not have one."""
        from mailsync.creating import Creating  # needed by the first run over a folder only

        uses = (folder.special_use for folder in self._listing)
        creating = Creating(self._target, uses, map(same_name, places))
        creating.create(jobs)
        self.renamed = creating.renamed
        self.refused = self.refused or _together([*creating.refused.values()])
        return set(creating.refused)

    def _meet(self, job: Job) -> None:
        """Compare the target folder with the record, and begin: until the job is done the record has no state."""
        record, state = job.record, self._states[job.record.target]
        if record.target_uidvalidity not in (0, state.uidvalidity):
            forget_copies(job)
            job.copy = without_outcome(record, self._source.uids([job.source])[job.source])
        if record.state is None:
            job.was_cut_off = bool(record.target_uidvalidity)
            job.may_be_there = job.was_cut_off or bool(state.messages)
        else:
            record.adopt_from = state.uidnext or self._target.uids([record.target])[record.target].last + 1
        record.target_uidvalidity = state.uidvalidity
        record.state = None


def _together(errors: list[Stop]) -> Stop | None:
    """One to raise, in the words of the first."""
    if len(errors) < 2:
        return errors[0] if errors else None
    first, more = errors[0], len(errors) - 1
    words = f"{first.words} (and {more:,} more folder{'s' if more > 1 else ''})"
    return Stop(first.code, words, side=first.side)


class _Looking(Thread):
    """Lists the folders of a store that nobody else uses meanwhile."""

    def __init__(self, store: Sided) -> None:
        super().__init__(name="mailsync-target", daemon=True)
        self._store = store
        self._found: list[Folder] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._found = self._store.folders()
        except BaseException as error:
            self._error = error

    def found(self) -> list[Folder]:
        """Afterwards; raises what it ran into."""
        if self._error:
            raise self._error
        return self._found
