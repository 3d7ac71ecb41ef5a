"""Messages for stores to keep, and what they have kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from mailsync.model import Appended, FlagChange, FlagQuery, Message, Path
from mailsync.store import Store
from mailsync.uids import UidSet

SOURCE: Path = ("Source",)
DATE = datetime(2009, 6, 1, 12, 30, 59, tzinfo=timezone(timedelta(hours=-7)))


class Mail(NamedTuple):
    """What has to arrive as it is."""

    content: bytes
    flags: frozenset[str] = frozenset()
    date: datetime = DATE


def mail(text: str, *flags: str, date: datetime = DATE) -> Mail:
    return Mail(f"Subject: {text}\r\n\r\n{text}\r\n".encode(), frozenset(flags), date)


def message(uid: int, mail: Mail, *, pieces: int = 1) -> Message:
    step = max(1, -(-len(mail.content) // pieces))
    chunks = (memoryview(mail.content)[at : at + step] for at in range(0, len(mail.content), step))
    return Message(SOURCE, uid, mail.flags, mail.date, len(mail.content), chunks)


def messages(mails: Iterable[Mail], path: Path, first: int = 1) -> Iterator[tuple[Path, Message]]:
    for uid, item in enumerate(mails, first):
        yield path, message(uid, item)


def make(store: Store, path: Path, special_use: str = "") -> None:
    """One folder; raises the reason if the server will not have it."""
    for error in store.create([(path, special_use)]).values():
        raise error


def uids_in(store: Store, path: Path) -> UidSet:
    """The UIDs of one folder."""
    return store.uids([path])[path]


def flags_in(store: Store, path: Path, uids: UidSet, changed_since: int = 0) -> list[tuple[int, frozenset[str]]]:
    """The flags of messages of one folder."""
    return [(uid, flags) for _, uid, flags in store.flags([FlagQuery(path, uids, changed_since)])]


def change(store: Store, path: Path, changes: Iterable[FlagChange]) -> None:
    """Change flags in one folder."""
    store.change_flags((path, change) for change in changes)


def keep(store: Store, path: Path, mails: Iterable[Mail]) -> UidSet:
    """Append all, none refused; the UIDs that the folder has now."""
    make(store, path)
    outcomes = list(store.append(messages(mails, path)))
    assert all(isinstance(outcome, Appended) for outcome in outcomes), outcomes
    return uids_in(store, path)


def kept(store: Store, path: Path) -> list[Mail]:
    """All messages of a folder, by ascending UID."""
    wanted = [(path, uids_in(store, path))]
    return [
        Mail(b"".join(item.chunks), item.flags, item.date or datetime.min.replace(tzinfo=UTC))
        for item in store.read(wanted)
    ]


def same_instant(mails: Iterable[Mail]) -> list[Mail]:
    """With all dates in UTC: servers may move them to a zone of their own."""
    return [item._replace(date=item.date.astimezone(UTC)) for item in mails]
