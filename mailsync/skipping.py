"""The list of what was left behind: which messages, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, datetime

from mailsync.model import Message, Path, Refused, Skipped
from mailsync.store import Store
from mailsync.uids import UidSet

LONGEST_HEADER = 65_536  # octets that are looked at
UNREADABLE = "unreadable"  # the source lists the message but does not deliver it, or not all of it


def describe(source: Store, folder: Path, refused: dict[int, Refused]) -> tuple[Skipped, ...]:
    """One item a message that is unreadable, or that still exists: then with subject and date, if its header tells them."""
    unreadable = [uid for uid, why in refused.items() if why.code == UNREADABLE]
    readable = UidSet(refused) - UidSet(unreadable)
    messages = source.read([(folder, readable)]) if readable else ()
    items = [_item(message, refused[message.uid]) for message in messages]
    return (*items, *(Skipped(folder, uid, UNREADABLE, refused[uid].words) for uid in unreadable))


def _item(message: Message, why: Refused) -> Skipped:
    from mailsync.headers import read_header  # the email package is slow to import and seldom needed

    subject, date = read_header(_head(message.chunks))
    date = next(filter(_is_showable, (date, message.date)), None)
    return Skipped(message.folder, message.uid, why.code, why.words, message.size, subject, date)


def _is_showable(date: datetime | None) -> bool:
    """Spam is dated at the end of the calendar, where another time zone may be beyond it."""
    return date is not None and MINYEAR < date.year < MAXYEAR


def _head(chunks: Iterable[bytes | memoryview]) -> bytes:
    head = bytearray()
    for chunk in chunks:
        head += chunk[: LONGEST_HEADER - len(head)]
    return bytes(head)
