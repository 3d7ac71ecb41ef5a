"""What a sync tells its caller while it works. Times are the caller's business: no event carries one."""

from __future__ import annotations

from typing import NamedTuple

from mailsync.model import Path, Skipped


class Planned(NamedTuple):
    """The first event: how much there is in the source mailbox, and how much of it this run has to copy.

    ``octets`` is 0 where the server does not tell sizes; it and the totals are estimates and only for progress bars.
    """

    folders: int
    messages: int  # in the source mailbox now, as far as they are selected
    octets: int
    to_copy: int
    excluded: int = 0  # messages of the selected folders that are left out, by their date or because they are deleted
    unmatched: tuple[str, ...] = ()  # patterns of the selection that name no folder of this mailbox


class FolderStarted(NamedTuple):
    source: Path
    target: Path
    messages: int
    to_copy: int


class SourceRenamed(NamedTuple):
    """The source folder ``before`` is now called ``source``; its copy on the target stays ``target``."""

    before: Path
    source: Path
    target: Path


class FolderRenamed(NamedTuple):
    """The target would not have this folder under its own name, but did under this one. ``words``: the name, and why not."""

    source: Path
    target: Path
    words: str


class Copied(NamedTuple):
    """``messages`` more are on the target, with ``octets`` in all."""

    source: Path
    messages: int
    octets: int


class Adopted(NamedTuple):
    """``messages`` with ``octets`` in all were found to be on the target already and will not be copied again."""

    source: Path
    messages: int
    octets: int


class PairGivenUp(NamedTuple):
    """One more connection pair for this mailbox did not come about, in a server's own words; the others go on."""

    side: str
    code: str  # as in :mod:`mailsync.errors`
    words: str


class MessageSkipped(NamedTuple):
    item: Skipped


class MessageRepaired(NamedTuple):
    """The target has it now that it was mended; ``item.reason`` tells why, and how."""

    item: Skipped


class FlagsChanged(NamedTuple):
    source: Path
    messages: int


class FolderFinished(NamedTuple):
    """Everything in this folder has an outcome; the journal says so a second later, or when the run ends."""

    source: Path


class Finished(NamedTuple):
    """The last event of a run. ``complete`` is False when the caller no longer wanted it; nothing is lost then."""

    complete: bool


Event = (
    Planned
    | SourceRenamed
    | FolderRenamed
    | FolderStarted
    | Copied
    | Adopted
    | PairGivenUp
    | MessageSkipped
    | MessageRepaired
    | FlagsChanged
    | FolderFinished
    | Finished
)
