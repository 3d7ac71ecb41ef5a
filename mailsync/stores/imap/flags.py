"""Flags and keywords: which may be sent, reading those of many messages, changing them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailsync.errors import Stop
from mailsync.model import SYSTEM_FLAGS, FlagChange, Path
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import Opened, examine
from mailsync.stores.imap.responses import Response, refusal, temporary
from mailsync.stores.imap.session import LONGEST_COMMAND, Session
from mailsync.stores.imap.tokens import number, pairs
from mailsync.uids import UidSet

# RFC 3501, ATOM-CHAR. A server that takes anything else for a keyword might take what follows for a command.
_KEYWORD = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]{1,255}\Z")
_SPELLING = {flag.lower(): flag for flag in SYSTEM_FLAGS}
UIDS_AT_ONCE = 5_000


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


_FLAGS_LINE = re.compile(rb"\(UID (\d+) FLAGS \(([^()]*)\)(?: MODSEQ \(\d+\))?\)\Z")


def read_flags(
    session: Session, names: Names, path: Path, known: int, uids: UidSet, since: int
) -> list[tuple[int, frozenset[str]]]:
    """Of the messages of a folder, freshly opened, whose UIDVALIDITY is ``known``; since a HIGHESTMODSEQ if that is not 0 (RFC 7162)."""
    found: list[tuple[int, frozenset[str]]] = []

    def take(response: Response) -> None:
        if response.kind == b"FETCH" and (item := _flags_of(response)) and item[0] in uids:
            found.append(item)

    after = b" (UID FLAGS)" + (b" (CHANGEDSINCE %d)" % since if since else b"")
    opened, answers = examine(session, names, path, list(uid_commands(b"UID FETCH ", uids, after)), take)
    opened.demand(path, known)
    for answer in answers:
        session.expect(answer)
    return found


def _flags_of(response: Response) -> tuple[int, frozenset[str]] | None:
    if match := _FLAGS_LINE.match(response.parts[0].strip()):
        return int(match[1]), parse_flags(match[2])
    items = pairs(response.tokens()[0]) if response.tokens() else {}
    uid, flags = number(items.get(b"UID")), items.get(b"FLAGS")
    if not uid or not isinstance(flags, list):
        return None
    return uid, parse_flags(b" ".join(flag for flag in flags if isinstance(flag, bytes)))


def read_uids(session: Session, names: Names, path: Path, known: int) -> UidSet:
    """Found by SEARCH; where that does not agree with the folder's own count, as with many servers, by FETCH."""
    found = UidSet()
    search = b"UID SEARCH RETURN (ALL) ALL" if session.can("ESEARCH") else b"UID SEARCH ALL"

    def take(response: Response) -> None:
        if response.kind in (b"SEARCH", b"ESEARCH"):
            found.update(_found(response))

    opened, answers = examine(session, names, path, [search], take)
    opened.demand(path, known)
    if answers[0].kind == b"OK" and len(found) == opened.messages:
        return found
    if passing := temporary(answers[0]):
        raise passing
    return _fetch_uids(session, opened)


def _found(response: Response) -> UidSet:
    tokens = [token for token in response.tokens() if isinstance(token, bytes)]
    if response.kind == b"SEARCH":
        return UidSet(int(token) for token in tokens if token.isdigit())
    uppers = [token.upper() for token in tokens]
    return UidSet.parse(tokens[uppers.index(b"ALL") + 1].decode()) if b"ALL" in uppers[:-1] else UidSet()


def _fetch_uids(session: Session, opened: Opened) -> UidSet:
    uids: list[int] = []

    def take(response: Response) -> None:
        opened.take(response)
        if response.kind == b"FETCH" and (uid := number(pairs(response.tokens()[0]).get(b"UID"))):
            uids.append(uid)

    session.run([b"NOOP"], take)
    if opened.messages:
        session.command(b"FETCH 1:* (UID)", take)
    return UidSet(set(uids))


def change_flags(session: Session, names: Names, path: Path, known: int, changes: Iterable[FlagChange]) -> None:
    """Raises Stop("permission_denied") if the server changes none of them, not even system flags."""
    opened = Opened()
    session.command(b"SELECT " + names.quoted(path), opened.take)
    opened.demand(path, known)
    commands = [command for change in changes for command in _store_commands(change, opened.keywords)]
    refused = [
        pair for pair in zip(commands, session.run(line for line, _ in commands), strict=True) if pair[1].kind != b"OK"
    ]
    for (_, plain), answer in refused:
        if passing := temporary(answer):
            raise passing
        if plain is None:
            raise _denied(answer)
    for again in session.run(plain for (_, plain), _ in refused if plain):
        if again.kind != b"OK":
            raise _denied(again)


def _denied(answer: Response) -> Exception:
    error = refusal(answer)
    return error if isinstance(error, Stop) else Stop("permission_denied", answer.words)


def _store_commands(change: FlagChange, keywords: frozenset[str] | None) -> Iterator[tuple[bytes, bytes | None]]:
    """Each command, and what is left of it for a server that refuses a keyword: None if it had none, b"" for nothing."""
    for verb, flags in ((b" +FLAGS.SILENT ", change.add), (b" -FLAGS.SILENT ", change.remove)):
        legal = legal_flags(flags, keywords)
        if not legal:
            continue
        system = legal & SYSTEM_FLAGS
        for line in uid_commands(b"UID STORE ", change.uids, verb + render_flags(legal)):
            rest = line.removesuffix(render_flags(legal)) + render_flags(system) if system else b""
            yield line, None if system == legal else rest
