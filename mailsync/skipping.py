"""The list of what was left behind: which messages, and why."""

from __future__ import annotations

from collections.abc import Iterable

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
    return Skipped(message.folder, message.uid, why.code, why.words, message.size, subject, date or message.date)


def _head(chunks: Iterable[bytes | memoryview]) -> bytes:
    head = bytearray()
    for chunk in chunks:
        head += chunk[: LONGEST_HEADER - len(head)]
    return bytes(head)
