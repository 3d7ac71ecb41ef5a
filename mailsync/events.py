"""What a sync tells its caller while it works. Times are the caller's business: no event carries one."""

from __future__ import annotations

from dataclasses import dataclass

from mailsync.model import Path, Skipped


@dataclass(frozen=True, slots=True)
class Planned:
    """The first event: how much there is in the source mailbox, and how much of it this run has to copy.

    ``octets`` is 0 where the server does not tell sizes; it and the totals are estimates and only for progress bars.
    """

    folders: int
    messages: int  # in the source mailbox now, as far as they are selected
    octets: int
    to_copy: int
    excluded: int = 0  # messages of the selected folders that are left out, by their date or because they are deleted


@dataclass(frozen=True, slots=True)
class FolderStarted:
    source: Path
    target: Path
    messages: int
    to_copy: int


@dataclass(frozen=True, slots=True)
class FolderRenamed:
    """The target would not have this folder under its own name, but did under this one. ``words``: the name, and why not."""

    source: Path
    target: Path
    words: str


@dataclass(frozen=True, slots=True)
class Copied:
    """``messages`` more are on the target, with ``octets`` in all."""

    source: Path
    messages: int
    octets: int


@dataclass(frozen=True, slots=True)
class Adopted:
    """``messages`` were found to be on the target already and will not be copied again."""

    source: Path
    messages: int


@dataclass(frozen=True, slots=True)
class PairGivenUp:
    """One more connection pair for this mailbox did not come about, in a server's own words; the others go on."""

    side: str
    code: str  # as in :mod:`mailsync.errors`
    words: str


@dataclass(frozen=True, slots=True)
class MessageSkipped:
    item: Skipped


@dataclass(frozen=True, slots=True)
class MessageRepaired:
    """The target has it now that it was mended; ``item.reason`` tells why, and how."""

    item: Skipped


@dataclass(frozen=True, slots=True)
class FlagsChanged:
    source: Path
    messages: int


@dataclass(frozen=True, slots=True)
class FolderFinished:
    """Everything in this folder has an outcome; the journal says so a second later, or when the run ends."""

    source: Path


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a run. ``complete`` is False when the caller no longer wanted it; nothing is lost then."""

    complete: bool


Event = (
    Planned
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
