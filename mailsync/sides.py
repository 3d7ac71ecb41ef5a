"""A store that knows whether it is the source or the target, and writes so on every error it raises."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from mailsync.errors import MailsyncError, Stop
from mailsync.model import Burst, Capabilities, FlagChange, FlagQuery, Folder, FolderState, Message, Outcome, Path
from mailsync.store import Store
from mailsync.uids import UidSet

_AT_HAND = type(iter(()))  # of chunks that have all come, so that nothing can go wrong with them


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

    def connect(self) -> None:
        with _side(self._side):
            self._store.connect()

    def folders(self) -> list[Folder]:
        with _side(self._side):
            return self._store.folders()

    def state(self, path: Path) -> FolderState | None:
        with _side(self._side):
            return self._store.state(path)

    def uids(self, paths: Iterable[Path]) -> dict[Path, UidSet]:
        with _side(self._side):
            return self._store.uids(paths)

    def flags(self, wanted: Iterable[FlagQuery]) -> Generator[tuple[Path, int, frozenset[str]], None, None]:
        with _side(self._side):
            yield from self._store.flags(wanted)

    def dates(self, wanted: Iterable[tuple[Path, UidSet]]) -> Generator[tuple[Path, int, datetime | None], None, None]:
        with _side(self._side):
            yield from self._store.dates(wanted)

    def ask_ahead(self, wanted: Iterable[tuple[Path, UidSet]]) -> None:
        with _side(self._side):
            self._store.ask_ahead(wanted)

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Generator[Message, None, None]:
        with _side(self._side):
            for message in self._store.read(wanted):
                self._watch(message)
                yield message

    def bursts(self, wanted: Iterable[tuple[Path, UidSet]]) -> Generator[Message | Burst, None, None]:
        with _side(self._side):
            for arrived in self._store.bursts(wanted):
                if isinstance(arrived, Message):
                    self._watch(arrived)
                yield arrived

    def _watch(self, message: Message) -> None:
        if not isinstance(message.chunks, _AT_HAND):
            message.chunks = self._chunks(message.chunks)

    def _chunks(self, chunks: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
        """They are asked for by the other store, far from ``read``."""
        try:
            yield from chunks
        except MailsyncError as error:
            error.side = error.side or self._side
            raise

    def create(self, wanted: Iterable[tuple[Path, str]]) -> dict[Path, Stop]:
        with _side(self._side):
            refused = self._store.create(wanted)
        for error in refused.values():
            error.side = error.side or self._side
        return refused

    def prepare(self, paths: Iterable[Path]) -> dict[Path, FolderState]:
        with _side(self._side):
            return self._store.prepare(paths)

    def append(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Generator[Outcome, None, None]:
        with _side(self._side):
            yield from self._store.append(messages)

    def change_flags(self, changes: Iterable[tuple[Path, FlagChange]]) -> None:
        with _side(self._side):
            self._store.change_flags(changes)

    def close(self) -> None:
        self._store.close()
