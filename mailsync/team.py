"""Several connection pairs at work on one mailbox, a thread each; what they tell is heard by the caller's thread alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Queue
from threading import Event as Flag
from threading import Thread

from mailsync.errors import MailsyncError, SignInFailed
from mailsync.ledger import EVERY, Ledger
from mailsync.pairs import GivenUp, Pair, Stores
from mailsync.sharing import Work
from mailsync.sides import Sided
from mailsync.streaming import Step, Stream

STEPS_AHEAD = 100  # steps that nobody has heard yet, at most


class _Member(Thread):
    """One of the pairs at work: the ``spare`` if that is given. ``error`` is what has ended its work, if anything did."""

    def __init__(
        self, stores: Stores, work: Work, halt: Flag, steps: Queue[Step | GivenUp | _Member], spare: Pair | None
    ) -> None:
        super().__init__(name="mailsync-pair", daemon=True)
        self._stores = stores
        self._work, self._halt, self._steps = work, halt, steps
        self.spare = spare
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            if self.spare is None or self._has_connected():
                self._copy()
        except BaseException as error:
            self.error = error
        finally:
            self._steps.put(self)

    def _has_connected(self) -> bool:
        """A spare may find that the server lets no more in. Refused credentials end it all: accounts lock."""
        try:
            for store in self._stores:
                store.connect()
        except SignInFailed:
            raise
        except MailsyncError as error:
            self._steps.put(GivenUp(error))
            return False
        return True

    def _copy(self) -> None:
        stream = Stream(*self._stores, lambda: not self._halt.is_set())
        while not self._halt.is_set() and (pieces := self._work.take()):
            for step in stream.copy(pieces):
                self._steps.put(step)


class Team:
    """``first`` is the pair that the caller goes on with afterwards; ``spares`` are closed as soon as they have no more to do."""

    def __init__(self, first: Stores, spares: Iterable[Pair], work: Work, ledger: Ledger) -> None:
        self._halt = Flag()
        self._ledger = ledger
        self._steps: Queue[Step | GivenUp | _Member] = Queue(STEPS_AHEAD)
        self._running = {_Member(first, work, self._halt, self._steps, None)}
        for pair in spares:
            stores = Sided(pair.source, "source"), Sided(pair.target, "target")
            self._running.add(_Member(stores, work, self._halt, self._steps, pair))
        self._error: BaseException | None = None

    def steps(self, go_on: Callable[[], bool]) -> Iterator[Step | GivenUp]:
        """Everything that happens, until all is done or ``go_on`` says no; then what is on its way still arrives.

        Raises the first error when all have ended. If the caller leaves early, what comes later is not told.
        """
        for member in self._running:
            member.start()
        try:
            yield from self._heard(go_on)
        finally:
            self._halt.set()
            for _ in self._heard(lambda: False):
                pass
        if self._error:
            raise self._error

    def _heard(self, go_on: Callable[[], bool]) -> Iterator[Step | GivenUp]:
        while self._running:
            step = self._next()
            if isinstance(step, _Member):
                self._end(step)
            elif step:
                yield step
            if not go_on():
                self._halt.set()

    def _next(self) -> Step | GivenUp | _Member | None:
        try:
            return self._steps.get(timeout=EVERY)
        except Empty:
            self._ledger.save_if_due()
            return None

    def _end(self, member: _Member) -> None:
        member.join()
        self._running.remove(member)
        if member.spare:
            member.spare.close()
        if member.error:
            self._error = self._error or member.error
            self._halt.set()
