"""The list of what was left behind: which messages, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, datetime
from itertools import chain

from mailsync.errors import MailsyncError
from mailsync.model import Message, Path, Refused, Skipped
from mailsync.remedies import Quarantine
from mailsync.store import Store
from mailsync.uids import UidSet

LONGEST_HEADER = 65_536  # octets that are looked at
UNREADABLE = "unreadable"  # the source lists the message but does not deliver it, or not all of it
NOT_GIVEN = "the source lists this message and gives nothing of it"


def describe(
    source: Store, folder: Path, refused: dict[int, Refused], quarantine: Quarantine | None = None
) -> tuple[Skipped, ...]:
    """One item a message that is unreadable, or that still exists: then with subject and date, if its header tells them.

    Those that still exist are given to the quarantine. Of one that was NOT_GIVEN the date of receipt is asked for.
    """
    unreadable = [uid for uid, why in refused.items() if why.code == UNREADABLE]
    readable = UidSet(refused) - UidSet(unreadable)
    messages = source.read([(folder, readable)]) if readable else ()
    items = [_item(message, refused[message.uid], quarantine) for message in messages]
    dates = _dates(source, folder, UidSet(uid for uid in unreadable if refused[uid].words == NOT_GIVEN))
    return (*items, *(Skipped(folder, uid, UNREADABLE, refused[uid].words, date=dates.get(uid)) for uid in unreadable))


def _dates(source: Store, folder: Path, uids: UidSet) -> dict[int, datetime | None]:
    """As far as the server tells them: with such a message it may fail at that, too."""
    try:
        told = {uid: date for _, uid, date in source.dates([(folder, uids)])} if uids else {}
    except MailsyncError:
        return {}
    return {uid: date for uid, date in told.items() if _is_showable(date)}


def _item(message: Message, why: Refused, quarantine: Quarantine | None) -> Skipped:
    from mailsync.headers import read_header  # the email package is slow to import and seldom needed

    head, rest = _head(message.chunks)
    subject, date = read_header(head[:LONGEST_HEADER])
    date = next(filter(_is_showable, (date, message.date)), None)
    item = Skipped(message.folder, message.uid, why.code, why.words, message.size, subject, date)
    if quarantine:
        quarantine.keep(item, chain((head,), rest))
    return item


def _is_showable(date: datetime | None) -> bool:
    """Spam is dated at the end of the calendar, where another time zone may be beyond it."""
    return date is not None and MINYEAR < date.year < MAXYEAR


def _head(chunks: Iterator[bytes | memoryview]) -> tuple[bytes, Iterator[bytes | memoryview]]:
    """The beginning of a message, and all the rest of it."""
    head = bytearray()
    for chunk in chunks:
        head += chunk
        if len(head) >= LONGEST_HEADER:
            break
    return bytes(head), chunks
