"""What is costly to find out and the same for everybody: found out once for all requests of a process, for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

Found = TypeVar("Found")


class Kept(Generic[Found]):
    """Calling it gives what ``find`` found at most ``seconds(found)`` ago; 0 means that it is always looked up anew.

    While one request looks because what is kept has grown too old, others that need the same wait for it. What a person
    does makes this process forget everything, so that nobody is shown a figure from before their own command; until
    something is kept again each request looks for itself, as who looks already may have begun before the command.
    """

    _all: ClassVar[list[Kept[Any]]] = []

    def __init__(self, find: Callable[[], Found], *, seconds: Callable[[Found], float]) -> None:
        self._find, self._seconds = find, seconds
        self._looking = threading.Lock()
        self._kept: tuple[float, Found] | None = None  # until when, by the monotonic clock
        self._forgotten = 0  # how often
        self._all.append(self)

    def __call__(self) -> Found:
        kept = self._kept
        if kept is None:
            return self._look()
        if time.monotonic() < kept[0]:
            return kept[1]
        with self._looking:
            kept = self._kept
            return kept[1] if kept and time.monotonic() < kept[0] else self._look()

    def _look(self) -> Found:
        """What was found out while somebody did something may be of before or after: it is not kept."""
        before = self._forgotten
        found = self._find()
        seconds = self._seconds(found)
        self._kept = (time.monotonic() + seconds, found) if seconds and before == self._forgotten else None
        return found

    def forget(self) -> None:
        self._forgotten += 1
        self._kept = None


def forget_everything() -> None:
    for kept in Kept._all:
        kept.forget()
