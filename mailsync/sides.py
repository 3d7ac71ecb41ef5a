"""A store that knows whether it is the source or the target, and writes so on every error it raises."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager

from mailsync.errors import MailsyncError
from mailsync.model import Capabilities, FlagChange, Folder, FolderState, Message, Outcome, Path
from mailsync.store import Store
from mailsync.uids import UidSet


@contextmanager
def _side(name: str) -> Iterator[None]:
    """Errors that crossed the other store first (its stream runs inside ours) keep the side they have."""
    try:
        yield
    except MailsyncError as error:
        error.side = error.side or name
        raise


class Sided:
    """``store`` as the source or the target of a sync; streams are generators, which can be closed early."""

    def __init__(self, store: Store, side: str) -> None:
        self._store = store
        self._side = side

    @property
    def capabilities(self) -> Capabilities:
        with _side(self._side):
            return self._store.capabilities

    def folders(self) -> list[Folder]:
        with _side(self._side):
            return self._store.folders()

    def state(self, path: Path) -> FolderState | None:
        with _side(self._side):
            return self._store.state(path)

    def uids(self, path: Path) -> UidSet:
        with _side(self._side):
            return self._store.uids(path)

    def flags(
        self, path: Path, uids: UidSet, *, changed_since: int = 0
    ) -> Generator[tuple[int, frozenset[str]], None, None]:
        with _side(self._side):
            yield from self._store.flags(path, uids, changed_since=changed_since)

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Generator[Message, None, None]:
        with _side(self._side):
            for message in self._store.read(wanted):
                message.chunks = self._chunks(message.chunks)
                yield message

    def _chunks(self, chunks: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
        """They are asked for by the other store, far from ``read``."""
        try:
            yield from chunks
        except MailsyncError as error:
            error.side = error.side or self._side
            raise

    def create(self, path: Path, special_use: str = "") -> None:
        with _side(self._side):
            self._store.create(path, special_use)

    def append(self, messages: Iterable[tuple[Path, Message]]) -> Generator[Outcome, None, None]:
        with _side(self._side):
            yield from self._store.append(messages)

    def change_flags(self, path: Path, changes: Iterable[FlagChange]) -> None:
        with _side(self._side):
            self._store.change_flags(path, changes)

    def close(self) -> None:
        self._store.close()
