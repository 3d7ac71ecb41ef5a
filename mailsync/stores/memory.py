"""The reference store: a mailbox in memory that keeps every promise of the contract, and can be told to be difficult."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from mailsync.errors import Retry, Stop
from mailsync.model import (
    INBOX,
    SYSTEM_FLAGS,
    Appended,
    Burst,
    Capabilities,
    FlagChange,
    FlagQuery,
    Folder,
    FolderState,
    Message,
    Outcome,
    Path,
    Refused,
    one_by_one,
)
from mailsync.uids import UidSet

PIECE = 65_536  # octets a chunk
OUTCOMES_BEHIND = 2  # outcomes come later than the messages, as from a server that is not waited for
# RFC 9051: the characters that end an atom. A keyword with one of them can not be stored.
NOT_IN_ATOMS = frozenset('(){ %*"\\]') | {chr(code) for code in (*range(32), 127)}


@dataclass(slots=True)
class StoredMessage:
    uid: int
    content: bytes
    flags: frozenset[str]
    date: datetime
    modseq: int


@dataclass(slots=True)
class StoredFolder:
    special_use: str = ""
    uidvalidity: int = 1
    uidnext: int = 1
    modseq: int = 1
    selectable: bool = True
    messages: dict[int, StoredMessage] = field(default_factory=dict)

    def put(self, content: bytes, flags: frozenset[str], date: datetime) -> int:
        self.modseq += 1
        uid = self.uidnext
        self.messages[uid] = StoredMessage(uid, content, flags, date, self.modseq)
        self.uidnext += 1
        return uid

    def flag(self, uid: int, flags: frozenset[str]) -> None:
        if uid in self.messages and self.messages[uid].flags != flags:
            self.modseq += 1
            self.messages[uid] = replace(self.messages[uid], flags=flags, modseq=self.modseq)


def storable(flags: Iterable[str]) -> frozenset[str]:
    """The five system flags and those keywords that are atoms."""
    return frozenset(flag for flag in flags if flag in SYSTEM_FLAGS or (flag and not NOT_IN_ATOMS.intersection(flag)))


class MemoryStore:
    """An empty mailbox with an inbox.

    ``batch`` is the most messages it stores at once where ``multiappend`` is on. ``refuse`` gets the content of a
    message and answers why it is refused, in the words of a server (``[OVERQUOTA]`` and ``[TOOBIG]`` are understood),
    or None. ``step`` is told every step, before and after its effect, and may raise to break off there.
    ``writes`` lists every change that came through the contract.

    Another thread may use it through a connection of its own (:meth:`again`).
    """

    def __init__(
        self,
        *,
        multiappend: bool = True,
        uidplus: bool = True,
        condstore: bool = True,
        append_limit: int | None = None,
        batch: int = 100,
        refuse: Callable[[bytes], str | None] | None = None,
        step: Callable[[str], object] | None = None,
    ) -> None:
        self._capabilities = Capabilities(multiappend, uidplus, condstore, append_limit)
        self._batch = batch if multiappend else 1
        self.refuse = refuse
        self.step = step
        self.calls: list[str] = []
        self.writes: list[str] = []
        self._validities = 0
        self.mailbox: dict[Path, StoredFolder] = {}
        self._storing = Lock()
        self.add(INBOX)

    # What a mail program or a mail server would do to this mailbox; not part of the contract.

    def deliver(
        self, path: Path, content: bytes, flags: Iterable[str] = (), date: datetime = datetime(2009, 6, 1, tzinfo=UTC)
    ) -> int:
        """Put a message there, in a new folder if need be, and return its UID."""
        self.add(path)
        return self.mailbox[path].put(content, frozenset(flags), date)

    def expunge(self, path: Path, uid: int) -> None:
        folder = self.mailbox[path]
        folder.modseq += 1
        del folder.messages[uid]

    def mark(self, path: Path, uid: int, flags: Iterable[str]) -> None:
        """Set exactly these flags."""
        self.mailbox[path].flag(uid, frozenset(flags))

    def renumber(self, path: Path) -> None:
        """Give all messages new UIDs under a new UIDVALIDITY, as after a restore."""
        old = self.mailbox[path]
        self._validities += 1
        new = StoredFolder(old.special_use, self._validities)
        for message in old.messages.values():
            new.put(message.content, message.flags, message.date)
        self.mailbox[path] = new

    def drop(self, path: Path) -> None:
        del self.mailbox[path]

    def again(self) -> MemoryStore:
        """Another connection to this mailbox."""
        return copy(self)

    def add(self, path: Path, special_use: str = "") -> None:
        """Make a folder and its parents, as far as they are missing."""
        for depth in range(1, len(path) + 1):
            if path[:depth] not in self.mailbox:
                self._validities += 1
                self.mailbox[path[:depth]] = StoredFolder(uidvalidity=self._validities)
        if special_use and not self.mailbox[path].special_use:
            self.mailbox[path].special_use = special_use

    def _step(self, name: str) -> None:
        if self.step:
            self.step(name)

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self._step(name)

    # The contract.

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def connect(self) -> None:
        self._call("connect")

    def folders(self) -> list[Folder]:
        self._call("folders")
        return [Folder(path, folder.special_use, self._state(folder)) for path, folder in sorted(self.mailbox.items())]

    def state(self, path: Path) -> FolderState | None:
        self._call("state")
        folder = self.mailbox.get(path)
        return self._state(folder) if folder else None

    def _state(self, folder: StoredFolder) -> FolderState | None:
        if not folder.selectable:
            return None
        size = sum(len(message.content) for message in folder.messages.values())
        modseq = folder.modseq if self._capabilities.condstore else 0
        return FolderState(folder.uidvalidity, folder.uidnext, len(folder.messages), modseq, size)

    def _open(self, path: Path) -> StoredFolder:
        folder = self.mailbox.get(path)
        if not folder or not folder.selectable:
            raise Retry("unavailable", f"Mailbox doesn't exist: {'/'.join(path)}")
        return folder

    def uids(self, paths: Iterable[Path]) -> dict[Path, UidSet]:
        self._call("uids")
        return {path: UidSet(self._open(path).messages) for path in paths}

    def flags(self, wanted: Iterable[FlagQuery]) -> Iterator[tuple[Path, int, frozenset[str]]]:
        self._call("flags")
        for query in wanted:
            if query.changed_since and not self._capabilities.condstore:
                raise ValueError("changed_since needs CONDSTORE")
            for message in list(self._open(query.path).messages.values()):
                if message.uid in query.uids and message.modseq > query.changed_since:
                    yield query.path, message.uid, message.flags

    def dates(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[tuple[Path, int, datetime | None]]:
        self._call("dates")
        for path, uids in wanted:
            for message in list(self._open(path).messages.values()):
                if message.uid in uids:
                    yield path, message.uid, message.date

    def ask_ahead(self, wanted: Iterable[tuple[Path, UidSet]]) -> None:
        self._call("ask ahead")

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message]:
        self._call("read")
        for path, uids in wanted:
            for stored in list(self._open(path).messages.values()):
                if stored.uid in uids and stored.content and stored.uid in self._open(path).messages:
                    chunks = self._chunks(stored.content)
                    yield Message(path, stored.uid, stored.flags, stored.date, len(stored.content), chunks)

    def bursts(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message | Burst]:
        return self.read(wanted)

    def _chunks(self, content: bytes) -> Iterator[bytes | memoryview]:
        for start in range(0, len(content), PIECE):
            self._step("chunk")
            yield memoryview(content)[start : start + PIECE]

    def create(self, wanted: Iterable[tuple[Path, str]]) -> dict[Path, Stop]:
        self._call("create")
        for path, special_use in wanted:
            if path not in self.mailbox:
                self.writes.append(f"create {'/'.join(path)}")
            self.add(path, special_use)
            self._step("created")
        return {}

    def prepare(self, paths: Iterable[Path]) -> dict[Path, FolderState]:
        self._call("prepare")
        folders = {path: self._open(path) for path in paths}
        return {path: FolderState(f.uidvalidity, f.uidnext, len(f.messages)) for path, f in folders.items()}

    def append(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Iterator[Outcome]:
        self._call("append")
        outcomes: deque[Outcome] = deque()
        for batch in self._batches((path, message) for path, arrived in messages for message in one_by_one(arrived)):
            outcomes.append(self._store(*batch))
            while len(outcomes) > OUTCOMES_BEHIND:
                yield outcomes.popleft()
        yield from outcomes

    def _batches(self, messages: Iterable[tuple[Path, Message]]) -> Iterator[tuple[Path, list[tuple[Message, bytes]]]]:
        """Runs of messages that go to the same folder from the same folder; too large ones go alone."""
        target: Path = ()
        batch: list[tuple[Message, bytes]] = []
        for path, message in messages:
            content = b"".join(message.chunks)
            alone = len(content) > (self._capabilities.append_limit or len(content))
            if batch and (alone or len(batch) == self._batch or (path, message.folder) != (target, batch[0][0].folder)):
                yield target, batch
                batch = []
            target = path
            batch.append((message, content))
            if alone:
                yield target, batch
                batch = []
        if batch:
            yield target, batch

    def _store(self, target: Path, batch: list[tuple[Message, bytes]]) -> Outcome:
        self._step("append batch")
        source, uids = batch[0][0].folder, tuple(message.uid for message, _ in batch)
        folder = self.mailbox.get(target)
        if not folder:
            return Refused(
                source, target, uids, f"[TRYCREATE] Mailbox doesn't exist: {'/'.join(target)}", "folder_missing"
            )
        if words := next(filter(None, (self._why_not(content) for _, content in batch)), None):
            return Refused(source, target, uids, words, _code(words))
        with self._storing:
            stored = tuple(folder.put(content, storable(m.flags), m.date or datetime.now(UTC)) for m, content in batch)
        self.writes.append(f"append {len(batch)} {'/'.join(target)}")
        self._step("appended")
        octets = sum(len(content) for _, content in batch)
        if not self._capabilities.uidplus:
            return Appended(source, target, uids, octets)
        return Appended(source, target, uids, octets, folder.uidvalidity, stored)

    def _why_not(self, content: bytes) -> str | None:
        limit = self._capabilities.append_limit
        if limit is not None and len(content) > limit:
            return f"[TOOBIG] Message is larger than {limit} octets"
        return self.refuse(content) if self.refuse else None

    def change_flags(self, changes: Iterable[tuple[Path, FlagChange]]) -> None:
        self._call("change_flags")
        for path, change in changes:
            folder = self._open(path)
            self.writes.append(f"flags {'/'.join(path)} {change.uids}")
            for message in list(folder.messages.values()):
                if message.uid in change.uids:
                    folder.flag(message.uid, (message.flags | storable(change.add)) - change.remove)
            self._step("flags changed")

    def close(self) -> None:
        self.calls.append("close")


def _code(words: str) -> str:
    codes = {"[OVERQUOTA]": "over_quota", "[TOOBIG]": "too_large"}
    return next((code for mark, code in codes.items() if mark in words), "refused")
