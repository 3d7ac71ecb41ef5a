"""When messages were received, without reading them."""

from __future__ import annotations

import re
from datetime import datetime

from mailsync.model import Path
from mailsync.stores.imap.dates import parse_date
from mailsync.stores.imap.flags import uid_commands
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import examine
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import number, pairs
from mailsync.uids import UidSet

Received = tuple[int, datetime | None]

_USUAL = re.compile(rb'\(UID (\d+) INTERNALDATE "([^"]*)"\)\Z')


def read_dates(session: Session, names: Names, path: Path, known: int, uids: UidSet) -> list[Received]:
    """By FETCH and not by SEARCH, whose dates are wrong or missing on many servers. ``known`` is the UIDVALIDITY."""
    found: list[Received] = []

    def take(response: Response) -> None:
        if response.kind == b"FETCH" and (item := _received(response)) and item[0] in uids:
            found.append(item)

    commands = list(uid_commands(b"UID FETCH ", uids, b" (UID INTERNALDATE)"))
    opened, answers = examine(session, names, path, commands, take)
    opened.demand(path, known)
    for answer in answers:
        session.expect(answer)
    return found


def _received(response: Response) -> Received | None:
    if match := _USUAL.match(response.parts[0].strip()):
        return int(match[1]), parse_date(match[2])
    items = pairs(response.tokens()[0]) if response.tokens() else {}
    uid, date = number(items.get(b"UID")), items.get(b"INTERNALDATE")
    if not uid or b"INTERNALDATE" not in items:
        return None
    return uid, parse_date(date) if isinstance(date, bytes) else None
