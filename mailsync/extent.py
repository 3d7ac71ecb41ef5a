"""How much there is to do: the figures that a run begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailsync.events import Planned
from mailsync.journal import FolderRecord
from mailsync.model import Folder, Path
from mailsync.plan import Job


def measure(folders: Iterable[Folder], records: Mapping[Path, FolderRecord], jobs: Iterable[Job]) -> Planned:
    """Of the selected ``folders``; a folder without a job is as its record says. The octets of what is left out are not
    known: they are taken to be as many a message as those of the rest."""
    current = {**records, **{job.source: job.record for job in jobs}}
    messages = octets = excluded = number = 0
    for folder in folders:
        if not folder.state:
            continue
        there, record = folder.state.messages, current.get(folder.path)
        out = min(there, len(record.excluded) + len(record.deleted)) if record else 0
        number, messages, excluded = number + 1, messages + there - out, excluded + out
        octets += folder.state.size * (there - out) // there if there else 0
    return Planned(number, messages, octets, sum(job.messages_to_copy for job in jobs), excluded)
