"""Changing flags on the target."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from mailsync.errors import Stop
from mailsync.model import SYSTEM_FLAGS, FlagChange, Path
from mailsync.stores.imap.flags import legal_flags, render_flags, uid_commands
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import Opened
from mailsync.stores.imap.responses import Response, refusal, temporary
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.visiting import Tour, Visit


def change_flags(
    session: Session,
    names: Names,
    known: Mapping[Path, int],
    changes: Mapping[Path, list[FlagChange]],
    sure: Container[Path] = (),
) -> dict[Path, Opened]:
    """Nothing is changed before every folder has shown that it is the one that was meant: in a flight of their own those
    that are not ``sure``, because they have shown it a moment ago, or whose keywords we have to know.

    Returns what the server said of the folders when it opened them. Raises Stop("permission_denied") if the server changes
    none of the flags of a message, not even system flags.
    """

    def over(visits: Iterable[Visit]) -> list[Visit]:
        return [visit for visit, told in Tour(session, names, known, b"SELECT").through(visits) if told is None]

    unsure = [path for path in changes if path not in sure or _has_keywords(changes[path])]
    opened = {visit.path: visit.opened for visit in over(map(Visit, unsure))}
    commands: dict[Path, list[_Store]] = {}
    for path in reversed([*(path for path in changes if path not in opened), *opened]):  # the last is still selected
        keywords = opened[path].keywords if path in opened else frozenset()
        commands[path] = [store for change in changes[path] for store in _stores(change, keywords)]
    stores = [Visit(path, [store.line for store in all_]) for path, all_ in commands.items()]
    stores[0].is_open = bool(opened)
    again = [_plain(visit, commands[visit.path]) for visit in over(visit for visit in stores if visit.commands)]
    for visit in over(visit for visit in again if visit.commands):
        for answer in visit.answers.values():
            if answer.kind != b"OK":
                raise _denied(answer)
    return {visit.path: visit.opened for visit in stores if visit.is_over} | opened


def _has_keywords(changes: Iterable[FlagChange]) -> bool:
    return any(not change.add | change.remove <= SYSTEM_FLAGS for change in changes)


class _Store(NamedTuple):
    """A command, and what is left of it for a server that refuses a keyword: None if it has none, b"" for nothing."""

    line: bytes
    plain: bytes | None


def _plain(visit: Visit, stores: list[_Store]) -> Visit:
    """What to do instead of the commands that were refused."""
    refused = [(stores[index], answer) for index, answer in visit.answers.items() if answer.kind != b"OK"]
    for store, answer in refused:
        if passing := temporary(answer):
            raise passing
        if store.plain is None:
            raise _denied(answer)
    return Visit(visit.path, [store.plain for store, _ in refused if store.plain])


def _denied(answer: Response) -> Exception:
    error = refusal(answer)
    return error if isinstance(error, Stop) else Stop("permission_denied", answer.words)


def _stores(change: FlagChange, keywords: frozenset[str] | None) -> Iterator[_Store]:
    for verb, flags in ((b" +FLAGS.SILENT ", change.add), (b" -FLAGS.SILENT ", change.remove)):
        legal = legal_flags(flags, keywords)
        if not legal:
            continue
        system = legal & SYSTEM_FLAGS
        for line in uid_commands(b"UID STORE ", change.uids, verb + render_flags(legal)):
            rest = line.removesuffix(render_flags(legal)) + render_flags(system) if system else b""
            yield _Store(line, None if system == legal else rest)
