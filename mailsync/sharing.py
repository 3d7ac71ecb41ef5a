"""How the work on one mailbox is cut up and shared between connection pairs: by folder, and inside a giant folder by UID.

Inside a piece the order of messages is kept; between two pieces of the same folder it is not, which is why only folders
are cut that would otherwise hold everybody up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import NamedTuple

from mailsync.plan import Job
from mailsync.streaming import Piece
from mailsync.uids import UidSet

MESSAGE = 20_000  # octets that a server could have stored in the time it takes to store one message more
PAYS = 1_000 * MESSAGE  # what has to be there for each pair, so that opening it is worth the while
GIANT = 20_000 * MESSAGE  # a folder of more than this is cut into pieces
PIECE = GIANT // 2
UNPLACED = 1_000 * MESSAGE  # at most so much is stored before it is looked up where it went


class Portion(NamedTuple):
    """A piece, and what it costs, in octets."""

    piece: Piece
    cost: int


def cut(jobs: Iterable[Job], *, split: bool) -> list[Portion]:
    """What the jobs copy; giant folders in pieces if they may be ``split``."""
    return [portion for job in jobs for portion in _cut(job, split=split)]


def _cut(job: Job, *, split: bool) -> Iterator[Portion]:
    uids, cost = job.copy or UidSet(), _cost(job)
    pieces = -(-cost // PIECE) if split and cost > GIANT else 1
    for part in uids.slices(-(-len(uids) // pieces) or 1):
        yield Portion(Piece(job.source, job.record.target, part), cost // pieces)


def _cost(job: Job) -> int:
    messages = job.messages_to_copy
    return messages * MESSAGE + job.state.size * messages // (job.state.messages or 1)


def pairs_that_pay(portions: list[Portion]) -> int:
    """How many pairs this work can keep busy, one at least."""
    return max(1, min(len(portions), sum(portion.cost for portion in portions) // PAYS))


class Work:
    """Handed out to so many ``hands`` in bundles: large ones first, smaller ones towards the end, so that all end together.

    May be asked by several threads. ``most`` is the cost of a bundle of more than one piece at most, 0 for any.
    """

    def __init__(self, portions: Iterable[Portion], hands: int = 1, most: int = 0) -> None:
        self._portions = deque(portions)
        self._left = sum(portion.cost for portion in self._portions)
        self._share = 1 if hands == 1 else 2 * hands
        self._most = most or self._left
        self._lock = Lock()

    def take(self) -> list[Piece]:
        """The next bundle; empty when there is no more."""
        with self._lock:
            room = min(self._left // self._share, self._most)
            bundle: list[Piece] = []
            while self._portions and (not bundle or self._portions[0].cost <= room):
                portion = self._portions.popleft()
                bundle.append(portion.piece)
                room -= portion.cost
                self._left -= portion.cost
            return bundle
