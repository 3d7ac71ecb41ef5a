"""One connection pair at work: messages go from its source to its target in one stream, and what happens is told.

It knows of no records, no journal and no events, so that it can be used by a thread of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NamedTuple

from mailsync.dating import date_by_header
from mailsync.errors import Reject, Retry
from mailsync.model import Burst, Message, Outcome, Path
from mailsync.sides import Sided
from mailsync.uids import UidSet


class Piece(NamedTuple):
    """What is copied by one pair in one go: messages of one folder."""

    source: Path
    target: Path
    uids: UidSet


class Told(NamedTuple):
    """An outcome, and the flags that its messages have at the source, in the order of its ``uids``."""

    outcome: Outcome
    flags: list[frozenset[str]]


class Ended(NamedTuple):
    """The source gave all that it has of a piece, ``given`` messages, and each has its outcome.

    ``there``: the UIDs of the target folder afterwards, None where the target tells by itself where messages went.
    """

    piece: Piece
    given: int
    there: UidSet | None = None


class Broken(NamedTuple):
    """The source did not give all of this message, and with it the stream ends."""

    source: Path
    target: Path
    uid: int
    words: str


Step = Told | Ended | Broken


class _Going:
    """A piece on its way."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.last = piece.uids.last
        self.given = 0  # messages that have come from the source
        self.read = False  # no more will come

    def holds(self, folder: Path, uid: int) -> bool:
        """For pieces in the order in which their messages come."""
        return folder == self.piece.source and uid <= self.last

    def is_read(self) -> bool:
        return self.read or self.given >= len(self.piece.uids)


class Stream:
    """``go_on`` is asked before every message; after a no, what is on its way arrives, and that is all."""

    def __init__(self, source: Sided, target: Sided, go_on: Callable[[], bool]) -> None:
        self._source, self._target, self._go_on = source, target, go_on
        self._going: deque[_Going] = deque()  # not told to have ended yet
        self._on_the_way: dict[Path, dict[int, frozenset[str]]] = {}  # flags by UID, until the outcome is known

    def copy(self, pieces: list[Piece]) -> Iterator[Step]:
        """Pieces of the same folder stand together, in ascending order. A ``Broken`` is the last step before a Retry."""
        self._going = deque(map(_Going, pieces))
        self._on_the_way = {piece.source: {} for piece in pieces}
        places = self._target.capabilities.uidplus
        try:
            with closing(self._target.append(self._messages())) as outcomes:
                for outcome in outcomes:
                    known = self._on_the_way[outcome.source]
                    yield Told(outcome, list(map(known.pop, outcome.uids)))
                    if places:
                        yield from self._ended()
        except Reject as error:
            yield self._broken(error.words)
            raise Retry("unavailable", error.words, side=error.side) from error
        yield from self._ended() if places else self._looked_up([*self._ended()])

    def _messages(self) -> Iterator[tuple[Path, Message | Burst]]:
        """The stream. What it does for each message is most of what the engine costs."""
        unread = deque(self._going)
        with closing(
            self._source.bursts((waiting.piece.source, waiting.piece.uids) for waiting in [*unread])
        ) as arriving:
            for arrived in arriving:
                if not self._go_on():
                    return
                last = arrived.uid if isinstance(arrived, Message) else arrived.uids[-1]
                while not unread[0].holds(arrived.folder, last):
                    unread.popleft().read = True
                self._note(unread[0], arrived)
                yield unread[0].piece.target, arrived
        for going in unread:
            going.read = True

    def _note(self, going: _Going, arrived: Message | Burst) -> None:
        """On its way from now on."""
        known = self._on_the_way[arrived.folder]
        if isinstance(arrived, Message):
            if arrived.date is None:
                date_by_header(arrived)
            known[arrived.uid] = arrived.flags
            going.given += 1
        else:
            known.update(zip(arrived.uids, arrived.flags, strict=True))
            going.given += len(arrived.uids)

    def _ended(self) -> Iterator[Ended]:
        while self._going and self._going[0].is_read() and not self._on_the_way[self._going[0].piece.source]:
            going = self._going.popleft()
            yield Ended(going.piece, going.given)

    def _looked_up(self, ended: list[Ended]) -> Iterator[Ended]:
        there = self._target.uids(step.piece.target for step in ended) if ended else {}
        return (step._replace(there=there[step.piece.target]) for step in ended)

    def _broken(self, words: str) -> Broken:
        """About the message that was sent last."""
        piece = [going.piece for going in self._going if self._on_the_way[going.piece.source]][-1]
        return Broken(piece.source, piece.target, next(reversed(self._on_the_way[piece.source])), words)
