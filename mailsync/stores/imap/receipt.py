"""When messages were received, without reading them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from mailsync.model import Path
from mailsync.stores.imap.dates import parse_date
from mailsync.stores.imap.flags import uid_commands
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.tokens import number, pairs
from mailsync.stores.imap.visiting import Tour, Visit
from mailsync.uids import UidSet

Received = tuple[int, datetime | None]

_USUAL = re.compile(rb'\(UID (\d{1,19}) INTERNALDATE "([^"]*)"\)\Z')


def read_dates(tour: Tour, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[tuple[Path, int, datetime | None]]:
    """By FETCH and not by SEARCH, whose dates are wrong or missing on many servers."""
    visits = (
        Visit(path, list(uid_commands(b"UID FETCH ", uids, b" (UID INTERNALDATE)")), uids) for path, uids in wanted
    )
    for visit, response in tour.through(visits):
        if response is None:
            visit.demand_answers()
        elif response.kind == b"FETCH" and (item := _received(response)) and item[0] in visit.uids:
            yield visit.path, *item


def _received(response: Response) -> Received | None:
    if match := _USUAL.match(response.parts[0].strip()):
        return int(match[1]), parse_date(match[2])
    items = pairs(response.first(1)[0])
    uid, date = number(items.get(b"UID")), items.get(b"INTERNALDATE")
    if not uid or b"INTERNALDATE" not in items:
        return None
    return uid, parse_date(date) if isinstance(date, bytes) else None
