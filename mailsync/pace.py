"""A limit of messages and of octets a second, shared by all mailboxes that take from it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from threading import Lock
from typing import Any, cast

from mailsync.model import Burst, Message, Outcome, Path, one_by_one
from mailsync.store import Store
from mailsync.uids import UidSet

BURST = 1.0  # seconds whose share may be taken at once after a silence
LONGEST_SLEEP = 0.5  # seconds after which somebody who waits asks whether that is still wanted


class _Budget:
    """One of the two limits. ``rate`` is what may be taken in a second, None for any amount."""

    def __init__(self) -> None:
        self.rate: float | None = None
        self._spent_until = 0.0  # what was taken so far lasts until then

    def take(self, amount: float, now: float) -> float:
        """Take it, whatever it costs; returns when that is allowed to be used."""
        if not amount or not self.rate:
            return now
        begin = max(self._spent_until, now - BURST)
        self._spent_until = begin + amount / self.rate
        return begin


class Pace:
    """Any number of threads may take from it; they come one after the other. Without limits it costs next to nothing.

    ``clock`` gives seconds from any start, ``sleep`` waits for so many.
    """

    def __init__(
        self,
        *,
        messages: float | None = None,
        octets: float | None = None,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._messages, self._octets = _Budget(), _Budget()
        self._clock, self._sleep = clock, sleep
        self._lock = Lock()
        self.limit(messages, octets)

    def limit(self, messages: float | None, octets: float | None) -> None:
        """So many a second from now on; None for any number."""
        self._messages.rate, self._octets.rate = messages, octets

    def take(self, *, messages: int = 0, octets: int = 0, wanted: Callable[[], bool] = lambda: True) -> None:
        """Returns when so much may go over the line. Once it is not wanted any more octets may go at once, for they
        belong to a message on its way; messages come one in LONGEST_SLEEP until whoever takes them has heard of it."""
        with self._lock:
            now = self._clock()
            until = max(self._messages.take(messages, now), self._octets.take(octets, now))
        while (pause := until - self._clock()) > 0 and (messages or wanted()):
            self._sleep(min(pause, LONGEST_SLEEP))
            if not wanted():
                return


class _Paced:
    """All that is not written here is the store's own."""

    def __init__(self, store: Store, pace: Pace, wanted: Callable[[], bool]) -> None:
        self._store, self._pace, self._wanted = store, pace, wanted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Generator[Message, None, None]:
        stream = cast(Generator[Message, None, None], self._store.read(wanted))
        with closing(stream):
            for message in stream:
                yield self._slowed(message)

    def bursts(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message | Burst]:
        """Each message waits for its own turn."""
        return self.read(wanted)

    def append(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Iterator[Outcome]:
        return self._store.append(
            (path, self._slowed(message)) for path, arrived in messages for message in one_by_one(arrived)
        )

    def _slowed(self, message: Message) -> Message:
        self._pace.take(messages=1, wanted=self._wanted)
        message.chunks = self._chunks(message.chunks)
        return message

    def _chunks(self, chunks: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
        for chunk in chunks:
            self._pace.take(octets=len(chunk), wanted=self._wanted)
            yield chunk


def paced(store: Store, pace: Pace, *, wanted: Callable[[], bool] = lambda: True) -> Store:
    """The store, whose messages are read and stored no faster than ``pace`` allows. Once ``wanted`` says no, a
    message on its way comes through at once: whoever stops does not wait for a limit."""
    return cast(Store, _Paced(store, pace, wanted))
