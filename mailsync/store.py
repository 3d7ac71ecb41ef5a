"""The contract between the engine and a place where mail is kept.

As few methods as the engine can live with; all else is :class:`~mailsync.model.Capabilities`. One suite of tests,
``tests/mailsync/stores/test_contract.py``, holds every store to these promises.

A store connects by itself when first used. It is used by one thread at a time. Any method may raise
:class:`~mailsync.errors.Retry` or :class:`~mailsync.errors.Stop`; after that the store is good for ``close`` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from mailsync.model import Capabilities, FlagChange, Folder, FolderState, Message, Outcome, Path
from mailsync.uids import UidSet


class Store(Protocol):
    """A mailbox: folders of messages that are known by UIDs (RFC 3501 section 2.3.1.1)."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do beyond this contract. Connects if needed."""
        ...

    def folders(self) -> list[Folder]:
        """All personal folders, parents before children, each with its state, in as few round trips as the server allows."""
        ...

    def state(self, path: Path) -> FolderState | None:
        """The state of one folder now, or None where there is no such folder (or none that can hold messages)."""
        ...

    def uids(self, path: Path) -> UidSet:
        """The UIDs that exist in a folder now."""
        ...

    def flags(self, path: Path, uids: UidSet, *, changed_since: int = 0) -> Iterator[tuple[int, frozenset[str]]]:
        """Flags and keywords, ``\\Recent`` left out, in no order. With ``changed_since`` (a HIGHESTMODSEQ; only where
        ``capabilities.condstore``) only those of messages changed after it. Never more UIDs than asked for."""
        ...

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message]:
        """The messages of each folder in the order asked for, by ascending UID, in one stream.

        Nothing changes at the server: the folder is opened read-only, ``\\Seen`` stays as it is. UIDs that no longer
        exist are silently left out. Memory does not grow with the size of a message: ``chunks`` are handed on as they
        arrive. Closing the iterator early is allowed and leaves the store usable or closed, never confused.
        """
        ...

    def create(self, path: Path, special_use: str = "") -> None:
        """Make the folder and its missing parents, subscribed. No error if it exists already.

        Raises Stop("folder_refused") with the server's words if the server will not have that name.
        """
        ...

    def append(self, messages: Iterable[tuple[Path, Message]]) -> Iterator[Outcome]:
        """Store each message in the folder beside it; the outcomes come in order, later than the messages, many at a time.

        Bytes, date, flags and keywords arrive as they are, except: flags other than the five system flags and keywords
        that are not atoms or that the folder can not keep are left out; a ``date`` of None is left to the server.
        Every message that was taken from ``messages`` gets exactly one outcome, unless an error is raised: then those
        without outcome may or may not be stored. An Appended of several messages was stored all or none.
        """
        ...

    def change_flags(self, path: Path, changes: Iterable[FlagChange]) -> None:
        """Apply each change to a folder of the target. UIDs that no longer exist are silently left out."""
        ...

    def close(self) -> None:
        """Sign out if that takes no waiting, and let go of the connection. Never raises; may be called twice."""
        ...
