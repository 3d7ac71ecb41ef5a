"""The list of what was left behind: which messages, and why."""

from __future__ import annotations

from collections.abc import Iterable

from mailsync.model import Message, Path, Refused, Skipped
from mailsync.store import Store
from mailsync.uids import UidSet

LONGEST_HEADER = 65_536  # octets that are looked at
UNREADABLE = "unreadable"  # the source lists the message but does not deliver it


def describe(source: Store, folder: Path, refused: dict[int, Refused]) -> tuple[Skipped, ...]:
    """One item a refused message that still exists, with subject and date as far as its header tells them."""
    items = [_item(message, refused[message.uid]) for message in source.read([(folder, UidSet(refused))])]
    unread = sorted(uid for uid, why in refused.items() if why.code == UNREADABLE)
    return (*items, *(Skipped(folder, uid, UNREADABLE, refused[uid].words) for uid in unread))


def _item(message: Message, why: Refused) -> Skipped:
    from mailsync.headers import read_header  # the email package is slow to import and seldom needed

    subject, date = read_header(_head(message.chunks))
    return Skipped(message.folder, message.uid, why.code, why.words, message.size, subject, date or message.date)


def _head(chunks: Iterable[bytes | memoryview]) -> bytes:
    head = bytearray()
    for chunk in chunks:
        head += chunk[: LONGEST_HEADER - len(head)]
    return bytes(head)
