"""When to write down, and when to ask whether to go on: about once a second, and wherever it matters."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from mailsync.journal import FolderRecord, Journal
from mailsync.model import Path, Skipped

EVERY = 1.0  # seconds: what a crash leaves to be found again, and how long a stop may take to be heard

Pause = Callable[[float], object]  # waits so many seconds
T = TypeVar("T")


class Ledger:
    """The journal at a pace. ``clock`` gives seconds from any start, ``wanted`` whether to go on."""

    def __init__(self, journal: Journal, clock: Callable[[], float], wanted: Callable[[], bool]) -> None:
        self._journal = journal
        self._clock = clock
        self._wanted = wanted
        self._changed: dict[Path, FolderRecord] = {}
        self._saved_at = self._asked_at = clock()
        self.stopped = not wanted()

    def still_wanted(self) -> bool:
        """Cheap enough to be asked before every message. Once the answer was no, it stays so."""
        now = self._clock()
        if now - self._asked_at >= EVERY:
            self._asked_at = now
            self.stopped = self.stopped or not self._wanted()
        return not self.stopped

    def beating(self, stream: Iterable[T]) -> Generator[T, None, None]:
        """The same stream, with the caller heard from now and then though nothing is to be told."""
        for element in stream:
            self.still_wanted()
            yield element

    def note(self, record: FolderRecord) -> None:
        """This record changed: to be saved when the time has come."""
        self._changed[record.source] = record

    def save_if_due(self) -> None:
        if self._changed and self._clock() - self._saved_at >= EVERY:
            self.save()

    def save(self, skipped: tuple[Skipped, ...] = ()) -> None:
        """Save all that was noted, in one step."""
        if self._changed:
            self._journal.save(self._changed.values(), skipped)
            self._changed.clear()
        self._saved_at = self._clock()
