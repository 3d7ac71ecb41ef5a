"""The contract between the engine and a place where mail is kept.

As few methods as the engine can live with; all else is :class:`~mailsync.model.Capabilities`. One suite of tests,
``tests/mailsync/stores/test_contract*.py``, holds every store to these promises.

A store connects by itself when first used. It is used by one thread at a time. Any method may raise
:class:`~mailsync.errors.Retry` or :class:`~mailsync.errors.Stop`; after that the store is good for ``close`` only.
What is asked of many folders at once costs about as many round trips as for one, wherever the server lets us.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from mailsync.errors import Stop
from mailsync.model import Burst, Capabilities, FlagChange, FlagQuery, Folder, FolderState, Message, Outcome, Path
from mailsync.uids import UidSet


class Store(Protocol):
    """A mailbox: folders of messages that are known by UIDs (RFC 3501 section 2.3.1.1)."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do beyond this contract. Connects if needed."""
        ...

    def connect(self) -> None:
        """Connect and sign in now rather than at the first use. No effect where that has been done."""
        ...

    def folders(self) -> list[Folder]:
        """All personal folders, parents before children, each with its state, in as few round trips as the server allows."""
        ...

    def state(self, path: Path) -> FolderState | None:
        """The state of one folder now, or None where there is no such folder (or none that can hold messages)."""
        ...

    def uids(self, paths: Iterable[Path]) -> dict[Path, UidSet]:
        """The UIDs that exist in each folder now."""
        ...

    def flags(self, wanted: Iterable[FlagQuery]) -> Iterator[tuple[Path, int, frozenset[str]]]:
        """Folder, UID, flags and keywords, ``\\Recent`` left out; folder by folder as asked for, within one in no order.
        UIDs that no longer exist are silently left out, and never more are told than were asked for."""
        ...

    def dates(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[tuple[Path, int, datetime | None]]:
        """Folder, UID and INTERNALDATE (aware; None where it can not be read), folder by folder as asked for, within one in
        no order. UIDs that no longer exist are silently left out, and never more are told than were asked for."""
        ...

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message]:
        """The messages of each folder in the order asked for, by ascending UID, in one stream.

        Nothing changes at the server: the folder is opened read-only, ``\\Seen`` stays as it is. UIDs that no longer
        exist are silently left out, as are messages that come without any content. Memory does not grow with the size of
        a message: ``chunks`` are handed on as they arrive. Closing the iterator early is allowed and leaves the store usable or closed, never confused.
        """
        ...

    def bursts(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message | Burst]:
        """As ``read``; messages that have arrived together may come together."""
        ...

    def ask_ahead(self, wanted: Iterable[tuple[Path, UidSet]]) -> None:
        """The next that is asked of this store will be to ``read`` just that, or its ``bursts``: it may go and get it. For speed only."""
        ...

    def create(self, wanted: Iterable[tuple[Path, str]]) -> dict[Path, Stop]:
        """Make each folder, with its special use ("" for none) and its missing parents, subscribed. One that exists is left
        as it is. Answers which ones the server will not have: Stop("folder_refused") with its words for each."""
        ...

    def prepare(self, paths: Iterable[Path]) -> dict[Path, FolderState]:
        """Get ready to append to these folders, all of which exist: what they keep is asked in one flight instead of one
        by one on the way. Their states, without HIGHESTMODSEQ and size. ``append`` needs it for speed only."""
        ...

    def append(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Iterator[Outcome]:
        """Store each message in the folder beside it; the outcomes come in order, later than the messages, many at a time.

        Bytes, date, flags and keywords arrive as they are, except: flags other than the five system flags and keywords
        that are not atoms or that the folder can not keep are left out; a ``date`` of None is left to the server.
        Every message that was taken from ``messages`` gets exactly one outcome, unless an error is raised: then those
        without outcome may or may not be stored. An Appended of several messages was stored all or none.
        """
        ...

    def change_flags(self, changes: Iterable[tuple[Path, FlagChange]]) -> None:
        """Apply each change to the folder beside it. UIDs that no longer exist are silently left out."""
        ...

    def close(self) -> None:
        """Sign out if that takes no waiting, and let go of the connection. Never raises; may be called twice."""
        ...
