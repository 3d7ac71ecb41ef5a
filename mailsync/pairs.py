"""Connection pairs: more than one can work on a large mailbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from mailsync.errors import MailsyncError
from mailsync.sides import Sided
from mailsync.store import Store


class Pair(Protocol):
    """A source and a target of the same mailbox, over connections of their own."""

    @property
    def source(self) -> Store: ...

    @property
    def target(self) -> Store: ...

    def close(self) -> None:
        """Let go of both. Called by the thread that asked for the pair. Never raises."""
        ...


Stores = tuple[Sided, Sided]
Spare = Callable[[], Pair | None]


def no_spare() -> None:
    """There is one pair and no more."""
    return


class GivenUp(NamedTuple):
    """A pair could not be opened."""

    error: MailsyncError
