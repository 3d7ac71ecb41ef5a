"""Flags and keywords: which may be sent, and reading those of many messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailsync.model import SYSTEM_FLAGS, FlagQuery, Path
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.session import LONGEST_COMMAND
from mailsync.stores.imap.tokens import number, pairs
from mailsync.stores.imap.visiting import Tour, Visit
from mailsync.uids import UidSet

# RFC 3501, ATOM-CHAR. A server that takes anything else for a keyword might take what follows for a command.
_KEYWORD = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]{1,255}\Z")
_SPELLING = {flag.lower(): flag for flag in SYSTEM_FLAGS}


@lru_cache(4096)
def parse_flags(words: bytes) -> frozenset[str]:
    """From what stands between the parentheses of ``FLAGS (..)``; ``\\Recent`` left out, system flags as in the RFC."""
    flags = words.decode("utf-8", "backslashreplace").split()
    return frozenset(_SPELLING.get(flag.lower(), flag) for flag in flags if flag.lower() != "\\recent")


@lru_cache(4096)
def legal_flags(flags: frozenset[str], keywords: frozenset[str] | None) -> frozenset[str]:
    """Those that can be sent to a folder that keeps ``keywords`` (lower case; None: any)."""
    return frozenset(flag for flag in flags if flag in SYSTEM_FLAGS or _is_kept(flag, keywords))


def _is_kept(flag: str, keywords: frozenset[str] | None) -> bool:
    return bool(_KEYWORD.match(flag)) and (keywords is None or flag.lower() in keywords)


@lru_cache(4096)
def render_flags(flags: frozenset[str]) -> bytes:
    """``(\\Flagged \\Seen work)``, for flags that are legal."""
    return f"({' '.join(sorted(flags))})".encode("ascii")


def uid_commands(before: bytes, uids: UidSet, after: bytes) -> Iterator[bytes]:
    """``before`` + a set of UIDs + ``after``, as often as needed for no command to be too long."""
    for part in split_sets(uids, LONGEST_COMMAND - len(before) - len(after) - 20):
        yield before + str(part).encode() + after


def split_sets(uids: UidSet, longest: int) -> Iterator[UidSet]:
    """The same UIDs in sets that are at most ``longest`` octets to write."""
    part: list[tuple[int, int]] = []
    room = longest
    for first, last in uids.ranges:
        need = len(f"{first}:{last},")
        if part and need > room:
            yield UidSet.of_ranges(part)
            part, room = [], longest
        part.append((first, last))
        room -= need
    if part:
        yield UidSet.of_ranges(part)


_FLAGS_LINE = re.compile(rb"\(UID (\d{1,19}) FLAGS \(([^()]*)\)(?: MODSEQ \(\d+\))?\)\Z")


def read_flags(tour: Tour, queries: Iterable[FlagQuery]) -> Iterator[tuple[Path, int, frozenset[str]]]:
    """Since a HIGHESTMODSEQ where a query names one (RFC 7162)."""
    for visit, response in tour.through(_visit(query) for query in queries):
        if response is None:
            visit.demand_answers()
        elif response.kind == b"FETCH" and (item := _flags_of(response)) and item[0] in visit.uids:
            yield visit.path, *item


def _visit(query: FlagQuery) -> Visit:
    since = b" (CHANGEDSINCE %d)" % query.changed_since if query.changed_since else b""
    return Visit(query.path, list(uid_commands(b"UID FETCH ", query.uids, b" (UID FLAGS)" + since)), query.uids)


def _flags_of(response: Response) -> tuple[int, frozenset[str]] | None:
    if match := _FLAGS_LINE.match(response.parts[0].strip()):
        return int(match[1]), parse_flags(match[2])
    items = pairs(response.first(1)[0])
    uid, flags = number(items.get(b"UID")), items.get(b"FLAGS")
    if not uid or not isinstance(flags, list):
        return None
    return uid, parse_flags(b" ".join(flag for flag in flags if isinstance(flag, bytes)))
