"""Finds or makes the target folder of each job, and sees whether it is still the one that the journal knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailsync.errors import Stop
from mailsync.folders import map_folders
from mailsync.model import Folder, FolderState, Path
from mailsync.plan import Job, forget_copies, without_outcome
from mailsync.sides import Sided


class Opening:
    """``refused`` is the first error about a folder that the target will not have; its job is left out, others go on."""

    def __init__(self, source: Sided, target: Sided) -> None:
        self._source = source
        self._target = target
        self._states: dict[Path, FolderState] = {}
        self.refused: Stop | None = None

    def open(self, jobs: list[Job], folders: Iterable[Folder], known: Mapping[Path, Path]) -> list[Job]:
        """The jobs whose target folder is there now. ``known`` is where earlier runs copied each folder to."""
        listing = self._look()
        uses = {folder.special_use for folder in listing}
        mapping = map_folders(folders, listing, known)
        for job in jobs:
            job.record.target = mapping[job.source]
        missing = [job for job in jobs if job.record.target not in self._states]
        refused = self._create(missing, uses) if missing else set()
        opened = [job for job in jobs if job.record.target not in refused]
        for job in opened:
            self._meet(job)
        return opened

    def _look(self) -> list[Folder]:
        listing = self._target.folders()
        self._states = {folder.path: folder.state for folder in listing if folder.state}
        return listing

    def _create(self, jobs: list[Job], uses: set[str]) -> set[Path]:
        """Those that the target will not have. A special use is given to one folder only."""
        wanted = [(job.record.target, "" if job.special_use in uses else job.special_use) for job in jobs]
        refused = self._target.create(wanted)
        self.refused = self.refused or next(iter(refused.values()), None)
        self._look()
        return set(refused)

    def _meet(self, job: Job) -> None:
        """Compare the target folder with the record, and begin: until the job is done the record has no state."""
        record, state = job.record, self._state(job.record.target)
        if record.target_uidvalidity not in (0, state.uidvalidity):
            forget_copies(job)
            job.copy = without_outcome(record, self._source.uids([job.source])[job.source])
        if record.state is None:
            job.may_be_there = bool(record.target_uidvalidity or state.messages)
        else:
            record.adopt_from = state.uidnext or self._target.uids([record.target])[record.target].last + 1
        record.target_uidvalidity = state.uidvalidity
        record.state = None

    def _state(self, path: Path) -> FolderState:
        """A target may list a folder under another name than it was asked for, so it is asked again by that name."""
        state = self._states.get(path) or self._target.state(path)
        if state is None:
            raise Stop("folder_refused", "/".join(path), side="target")
        return state
