"""Makes the target folders that are not there yet, under plainer names where the target will not have their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailsync.errors import Stop
from mailsync.events import FolderRenamed
from mailsync.folders import same_name
from mailsync.model import Path
from mailsync.plain_names import plainer_paths
from mailsync.plan import Job
from mailsync.sides import Sided


class Creating:
    """``uses``: the special uses that the target has already; one is given to one folder only. ``taken``: the places that no
    other folder may get, as ``same_name`` has them.

    Afterwards ``renamed`` tells of the folders that have another name than they were to have, and ``refused`` by source folder
    of those that the target will not have at all, both with its first words about them.
    """

    def __init__(self, target: Sided, uses: Iterable[str], taken: Iterable[Path]) -> None:
        self._target = target
        self._uses = frozenset(uses)
        self._taken = set(taken)
        self.renamed: list[FolderRenamed] = []
        self.refused: dict[Path, Stop] = {}

    def create(self, jobs: list[Job]) -> None:
        """In as many flights as names have to be tried; ``job.record.target`` is the one that was accepted."""
        self._try(jobs)
        left = [job for job in jobs if job.source in self.refused]
        self._taken -= {same_name(job.record.target) for job in left}
        others = {job.source: plainer_paths(job.record.target, self._taken) for job in left}
        while left := [job for job in left if self._rename(job, others)]:
            words = {job.source: self.refused.pop(job.source) for job in left}
            self._try(left)
            accepted = [job for job in left if job.source not in self.refused]
            self.renamed += [FolderRenamed(j.source, j.record.target, words[j.source].words) for j in accepted]
            left = [job for job in left if job.source in self.refused]
            self.refused |= {job.source: words[job.source] for job in left}

    def _try(self, jobs: list[Job]) -> None:
        places = {job.record.target: job.source for job in jobs}
        uses = ("" if job.special_use in self._uses else job.special_use for job in jobs)
        refused = self._target.create(zip(places, uses, strict=True))
        self.refused |= {places[place]: error for place, error in refused.items()}

    def _rename(self, job: Job, others: Mapping[Path, Iterator[Path]]) -> bool:
        """Whether there is another name to try."""
        if place := next(others[job.source], None):
            job.record.target = place
        return place is not None
