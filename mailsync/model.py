"""The nouns of the engine: folders, messages and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from mailsync.uids import UidSet

# A folder's place in the hierarchy, one Unicode string a level, the same on every server: ("Archief", "2019").
# The inbox is ("INBOX",) whatever the server calls it.
Path = tuple[str, ...]
INBOX: Path = ("INBOX",)

# RFC 3501 section 2.3.2. \Recent is the server's own and can not be set.
DELETED = "\\Deleted"
SYSTEM_FLAGS = frozenset({"\\Seen", "\\Answered", "\\Flagged", DELETED, "\\Draft"})


class FolderState(NamedTuple):
    """What a server says of a folder without opening it (RFC 3501 6.3.10, RFC 7162); 0 where the server does not say.

    Two equal states with a ``highestmodseq`` mean: nothing changed in between, flags included.
    """

    uidvalidity: int
    uidnext: int
    messages: int
    highestmodseq: int = 0
    size: int = 0  # octets of all messages (STATUS=SIZE, RFC 8438)
    mailbox_id: str = ""  # stays the same whatever the folder is called (RFC 8474)


class Folder(NamedTuple):
    """One folder of a store. ``state`` is None where no message can be in it (``\\NoSelect``)."""

    path: Path
    special_use: str = ""  # "\\Sent", "\\Drafts" ... (RFC 6154), at most one
    state: FolderState | None = None


class Message:
    """A message on its way. ``chunks`` is read once, and before the next message of the same stream is asked for.

    ``size`` is the number of octets that ``chunks`` will give: counted by the server that sends them, never RFC822.SIZE.
    """

    __slots__ = ("chunks", "date", "flags", "folder", "size", "uid")

    def __init__(
        self,
        folder: Path,  # where it was read
        uid: int,
        flags: frozenset[str],
        date: datetime | None,  # INTERNALDATE, aware; None when the source's could not be read
        size: int,
        chunks: Iterator[bytes | memoryview],
    ) -> None:
        self.folder, self.uid, self.flags, self.date, self.size, self.chunks = folder, uid, flags, date, size, chunks


class Burst(Protocol):
    """Messages of one folder that have come in full and together, by ascending UID: to be handled in one step.

    What they hold stays valid until the next of the same stream is asked for, so that no :class:`Message` is read once only.
    """

    @property
    def folder(self) -> Path: ...

    @property
    def uids(self) -> Sequence[int]: ...

    @property
    def flags(self) -> Sequence[frozenset[str]]:
        """Of each message, in the order of ``uids``."""
        ...

    def messages(self) -> Iterator[Message]:
        """One by one."""
        ...


def one_by_one(arrived: Message | Burst) -> Iterable[Message]:
    return (arrived,) if isinstance(arrived, Message) else arrived.messages()


class Appended(NamedTuple):
    """These messages are stored on the target. ``target_uids`` is in the order of ``uids``, or None where the server
    does not tell (no UIDPLUS, RFC 4315)."""

    source: Path
    target: Path
    uids: tuple[int, ...]
    octets: int
    uidvalidity: int = 0
    target_uids: tuple[int, ...] | None = None


class Refused(NamedTuple):
    """The target did not store these messages: all of a batch, of which any one may be the reason."""

    source: Path
    target: Path
    uids: tuple[int, ...]
    words: str  # the server's reply, verbatim
    code: str = "refused"  # "refused" | "too_large" | "over_quota" | "folder_missing"


Outcome = Appended | Refused


class FlagQuery(NamedTuple):
    """Which flags somebody wants to know: of these messages of a folder, or, with ``changed_since`` (a HIGHESTMODSEQ; only
    where ``capabilities.condstore``), of those among them that changed after it."""

    path: Path
    uids: UidSet
    changed_since: int = 0


class FlagChange(NamedTuple):
    """For the messages ``uids`` of a target folder: set ``add``, clear ``remove``, leave all else as it is."""

    uids: UidSet
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


REPAIRED = "repaired"


class Skipped(NamedTuple):
    """A message that was left behind, or had to be changed to arrive, and why: one line of the administrator's list of
    skipped items."""

    folder: Path
    uid: int
    kind: str  # "too_large" | "refused" | "unreadable" | "repaired": it is on the target, but not to the octet
    reason: str  # the server's words, verbatim; of a repaired one followed by the names of the repairs in brackets
    size: int = 0
    subject: str = ""
    date: datetime | None = None


class Capabilities(NamedTuple):
    """What a store can do beyond the contract; known once it is connected."""

    multiappend: bool = False  # many messages in one command, all or none (RFC 3502)
    uidplus: bool = False  # APPEND tells the new UID (RFC 4315)
    condstore: bool = False  # flag changes since a modification sequence (RFC 7162)
    append_limit: int | None = None  # octets of the largest message it takes (RFC 7889), None where it does not say
    names: frozenset[str] = frozenset()  # as the server announced them, upper case
