"""What the tests of the pitfalls do: copy a mailbox from or to a server with odd manners, and look at what became of it."""

from __future__ import annotations

from itertools import count

from mailsync.events import Event, MessageSkipped
from mailsync.journal import Journal, MemoryJournal
from mailsync.model import INBOX, Path, Skipped
from mailsync.store import Store
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from tests.mailsync.fidelity.host import Host, serving


def copy(source: Store, target: Store, journal: Journal | None = None) -> list[Event]:
    """One whole run, with a clock that says a second passed whenever it is read."""
    return list(sync(source, target, journal or MemoryJournal(), clock=map(float, count()).__next__))


def copy_from(host: Host, journal: Journal | None = None, target: MemoryStore | None = None) -> MemoryStore:
    """To a server that keeps everything."""
    target = target or MemoryStore()
    with serving(host) as source:
        copy(source, target, journal)
    return target


def copy_to(host: Host, source: MemoryStore, journal: Journal | None = None) -> list[Event]:
    with serving(host) as target:
        return copy(source, target, journal)


def bodies(store: MemoryStore, path: Path = INBOX) -> list[bytes]:
    return [message.content for message in store.mailbox[path].messages.values()]


def skipped(events: list[Event]) -> list[Skipped]:
    return [event.item for event in events if isinstance(event, MessageSkipped)]
