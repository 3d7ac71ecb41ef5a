"""What the tests of the engine do with memory mailboxes: fill them, sync them, look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from mailsync.events import Event
from mailsync.journal import Journal, MemoryJournal
from mailsync.model import INBOX, Path
from mailsync.pairs import Spare, no_spare
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync

SENT: Path = ("Sent",)
DEEP: Path = ("Archief", "2019", "Ünïcode")
FIRST_DAY = datetime(2009, 6, 1, 9, 30, tzinfo=UTC)

Contents = dict[Path, list[tuple[bytes, frozenset[str], datetime]]]


def mail(number: int, text: str = "") -> bytes:
    return f"Subject: =?utf-8?q?N=C3=BAmber_{number}?=\r\nDate: Mon, 01 Jun 2009 10:00:00 +0200\r\n\r\n{text or number}\r\n".encode()


def day(number: int) -> datetime:
    return FIRST_DAY + timedelta(days=number)


def filled(store: MemoryStore, messages: int = 7) -> MemoryStore:
    """Three folders with messages, some of them alike, with flags and keywords; one folder is empty."""
    flags: list[tuple[str, ...]] = [(), ("\\Seen",), ("\\Seen", "$Forwarded"), ("\\Flagged", "\\Draft"), ("\\Deleted",)]
    for path in (INBOX, SENT, DEEP):
        for number in range(messages):
            store.deliver(path, mail(number % 5), flags[number % len(flags)], day(number % 3))
    store.add(("Empty",))
    store.writes.clear()
    return store


def contents(store: MemoryStore) -> Contents:
    """Everything but the UIDs, in order."""
    return {
        path: [(message.content, message.flags, message.date) for message in folder.messages.values()]
        for path, folder in store.mailbox.items()
        if folder.selectable
    }


def unordered(contents: Contents) -> dict[Path, list[tuple[bytes, list[str], datetime]]]:
    return {
        path: sorted((text, sorted(flags), date) for text, flags, date in mails) for path, mails in contents.items()
    }


@dataclass
class MemoryPair:
    """One more connection to each of two mailboxes."""

    source: MemoryStore
    target: MemoryStore
    closed: bool = False

    def close(self) -> None:
        self.closed = True


class Spares:
    """So many connection pairs, of which all that were ever ``given`` are to be closed in the end."""

    def __init__(self, source: MemoryStore, target: MemoryStore, count: int) -> None:
        self._mailboxes, self._count = (source, target), count
        self.given: list[MemoryPair] = []

    def __call__(self) -> MemoryPair | None:
        if len(self.given) == self._count:
            return None
        source, target = self._mailboxes
        self.given.append(MemoryPair(source.again(), target.again()))
        return self.given[-1]

    @property
    def all_closed(self) -> bool:
        return all(pair.closed for pair in self.given)


def run(
    source: MemoryStore,
    target: MemoryStore,
    journal: Journal | None = None,
    wanted: Callable[[], bool] = lambda: True,
    spare: Spare = no_spare,
) -> list[Event]:
    """One whole run, with a clock that says a second passed whenever it is read."""
    clock = map(float, count())
    journal = journal or MemoryJournal()
    return list(sync(source, target, journal, clock=clock.__next__, wanted=wanted, spare=spare, pause=lambda _: None))
