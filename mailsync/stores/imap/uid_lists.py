"""Which UIDs there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mailsync.errors import Retry
from mailsync.model import Path
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.responses import Response, temporary
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import number, pairs
from mailsync.stores.imap.visiting import Tour, Visit
from mailsync.uids import UidSet

_UIDS = re.compile(rb"\d{1,19}(:\d{1,19})?(,\d{1,19}(:\d{1,19})?)*")
SPARE = 1_000  # messages beyond those that a server has counted: mail that came meanwhile


def read_uids(session: Session, names: Names, known: Mapping[Path, int], paths: Iterable[Path]) -> dict[Path, UidSet]:
    """Found by SEARCH; where that does not agree with the folder's own count, as with many servers, by FETCH."""
    search = b"UID SEARCH RETURN (ALL) ALL" if session.can("ESEARCH") else b"UID SEARCH ALL"
    found: dict[Path, UidSet] = {}
    unsure: list[Visit] = []
    for visit, response in Tour(session, names, known).through(Visit(path, [search]) for path in paths):
        if response is None:
            found.setdefault(visit.path, UidSet())
            if not _agrees(visit, found[visit.path]):
                unsure.append(visit)
        elif response.kind in (b"SEARCH", b"ESEARCH"):
            found.setdefault(visit.path, UidSet()).update(_found(response))
    for visit in unsure:
        found[visit.path] = _fetched(Tour(session, names, known), visit)
    return found


def _agrees(visit: Visit, uids: UidSet) -> bool:
    answer = visit.answers[0]
    if answer.kind == b"OK":
        return len(uids) == visit.opened.messages
    if passing := temporary(answer):
        raise passing
    return False


def _found(response: Response) -> UidSet:
    if response.kind == b"SEARCH":  # hundreds of thousands, maybe; a MODSEQ after them is none
        return UidSet(filter(None, map(number, response.parts[0].partition(b"(")[0].split())))
    tokens = [token for token in response.tokens() if isinstance(token, bytes)]
    uppers = [token.upper() for token in tokens]
    uids = tokens[uppers.index(b"ALL") + 1] if b"ALL" in uppers[:-1] else b""
    return UidSet.parse(uids.decode()) if _UIDS.fullmatch(uids) else UidSet()


def _fetched(tour: Tour, unsure: Visit) -> UidSet:
    uids: set[int] = set()
    fetch = [b"FETCH 1:* (UID)"] if unsure.opened.messages else [b"NOOP"]
    for visit, response in tour.through([Visit(unsure.path, fetch)]):
        if response is None:
            visit.demand_answers()
        elif response.kind == b"FETCH" and (uid := number(pairs(response.first(1)[0]).get(b"UID"))):
            uids.add(uid)
            if len(uids) > visit.opened.messages + SPARE:
                raise Retry(
                    "protocol_error", f"the server tells of more messages than the {visit.opened.messages} it counts"
                )
    return UidSet(uids)
