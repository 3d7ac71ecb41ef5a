"""Sends refused messages again, mended."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from mailsync.identity import digest
from mailsync.journal import FolderRecord
from mailsync.model import Appended, Message
from mailsync.repair import repair
from mailsync.store import Store
from mailsync.uids import UidSet

LARGEST_REPAIR = 32 * 1024 * 1024  # octets of a message that is held in memory to be mended


class Mended(NamedTuple):
    """A refused message that the target has now, with the ``repairs`` that it took."""

    outcome: Appended
    flags: frozenset[str]
    repairs: tuple[str, ...]


def mend(source: Store, target: Store, record: FolderRecord, refused: UidSet) -> Iterator[Mended]:
    """Send those again that can be mended. One that an interrupted run has sent already is found by its mended content."""
    strangers: dict[bytes, list[int]] | None = None
    for message in source.read([(record.source, refused)]):
        content, repairs = _repaired(message)
        if not repairs:
            continue
        strangers = _strangers(target, record) if strangers is None else strangers
        if found := strangers.get(sha256(content).digest()):
            there = Appended(record.source, record.target, (message.uid,), 0, 0, (found.pop(0),))
            yield Mended(there, message.flags, repairs)
            continue
        copy = Message(message.folder, message.uid, message.flags, message.date, len(content), iter((content,)))
        for outcome in target.append([(record.target, copy)]):
            if isinstance(outcome, Appended):
                yield Mended(outcome, message.flags, repairs)


def _repaired(message: Message) -> tuple[bytes, tuple[str, ...]]:
    return repair(b"".join(message.chunks)) if message.size <= LARGEST_REPAIR else (b"", ())


def _strangers(target: Store, record: FolderRecord) -> dict[bytes, list[int]]:
    """Messages of the target folder that we know nothing of, by content."""
    unknown = target.uids([record.target])[record.target] - record.copied.targets
    found: dict[bytes, list[int]] = {}
    for message in target.read([(record.target, unknown)]) if unknown else ():
        found.setdefault(digest(message), []).append(message.uid)
    return found
