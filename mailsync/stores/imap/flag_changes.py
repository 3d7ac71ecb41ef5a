"""Changing flags on the target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    session: Session, names: Names, known: Mapping[Path, int], changes: Mapping[Path, list[FlagChange]]
) -> dict[Path, Opened]:
    """In two flights: nothing is changed before every folder has shown that it is the one that was meant.

    Returns what the server said of the folders when it opened them. Raises Stop("permission_denied") if the server changes none of the flags of a message, not even system flags.
    """

    def over(visits: Iterable[Visit]) -> list[Visit]:
        return [visit for visit, told in Tour(session, names, known, b"SELECT").through(visits) if told is None]

    opened = over(Visit(path) for path in changes)
    commands: dict[Path, list[_Store]] = {}
    for visit in reversed(opened):  # the folder that was opened last is still selected
        keywords = visit.opened.keywords
        commands[visit.path] = [store for change in changes[visit.path] for store in _stores(change, keywords)]
    stores = [Visit(path, [store.line for store in all_]) for path, all_ in commands.items()]
    stores[0].is_open = True
    again = (_plain(visit, commands[visit.path]) for visit in over(visit for visit in stores if visit.commands))
    for visit in over(visit for visit in list(again) if visit.commands):
        for answer in visit.answers.values():
            if answer.kind != b"OK":
                raise _denied(answer)
    return {visit.path: visit.opened for visit in opened}


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
