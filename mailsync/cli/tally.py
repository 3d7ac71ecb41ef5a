"""What became of one mailbox, counted while it happens: written by the thread that works, read by the one that draws."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from mailsync.cli.words import happening, sentence
from mailsync.events import (
    Adopted,
    Copied,
    Event,
    FlagsChanged,
    FolderRenamed,
    FolderStarted,
    PairGivenUp,
    Planned,
    SourceRenamed,
)
from mailsync.model import REPAIRED, Path, Skipped

if TYPE_CHECKING:
    from mailsync.verify import FolderCheck


class Tally:
    """``status``: waiting, running, then copied | verified, skipped (all but some messages), failed or stopped."""

    def __init__(self, source: str, target: str, reached: set[str] | None = None) -> None:
        self.source, self.target = source, target
        self.status = "waiting"
        self.messages_in_source = self.to_do = self.copied = self.octets = self.flags_changed = 0
        self.found = 0  # on the target already
        self.skipped: list[Skipped] = []
        self.repaired: list[Skipped] = []  # on the target, but not to the octet
        self.mapped: dict[
            str, str
        ] = {}  # folders that are called otherwise on the target, as far as they were worked on
        self.checks: list[FolderCheck] | None = None  # of a verification
        self.error: dict[str, str] | None = None
        self.note = ""  # what it waits for
        self.notices: deque[str] = deque()  # lines that nobody has been shown yet
        self._warned: set[str] = set()
        self.reached = set() if reached is None else reached  # the sides that have accepted a sign-in
        self.seconds = 0.0

    @property
    def name(self) -> str:
        return f"{self.source} to {self.target}"

    @property
    def done(self) -> int:
        return self.copied + self.found

    @property
    def ended(self) -> bool:
        return self.status not in ("waiting", "running")

    def tell(self, event: Event) -> None:
        self.note = ""
        match event:
            case Planned(messages=messages, to_copy=to_copy, unmatched=unmatched):
                self.messages_in_source = messages
                self.to_do = self.done + to_copy
                self.warn_of(unmatched)
            case FolderStarted(source=source, target=target):
                self._map(source, target)
            case Copied(messages=messages, octets=octets):
                self.copied += messages
                self.octets += octets
            case Adopted(messages=messages):
                self.found += messages
            case FlagsChanged(messages=messages):
                self.flags_changed += messages
            case FolderRenamed(source=source, target=target, words=words):
                self._map(source, target)
                self.notice(f"the target refused the name of a folder, which is {'/'.join(target)} there: {words}")
            case SourceRenamed(before, source, target):
                names = ["/".join(path) for path in (before, source, target)]
                self.notice("folder {} is called {} now; its copy stays {}".format(*names))
            case PairGivenUp(side=side, code=code, words=words):
                self.notice(f"{happening(code, side, words)}; going on with fewer connections")

    def _map(self, source: Path, target: Path) -> None:
        if source != target:
            self.mapped["/".join(source)] = "/".join(target)

    def warn_of(self, patterns: tuple[str, ...]) -> None:
        """They name no folder of this mailbox."""
        for pattern in patterns:
            if pattern not in self._warned:
                self._warned.add(pattern)
                self.notice(f"no folder fits {pattern}, which --include or --exclude names. Check its spelling")

    def check(self, folder: FolderCheck) -> None:
        self._map(folder.source, folder.target)
        self.checks = [*(self.checks or ()), folder]
        self.messages_in_source += folder.source_messages
        self.to_do = self.copied = self.messages_in_source

    def take_stock(self, items: list[Skipped]) -> None:
        self.skipped = [item for item in items if item.kind != REPAIRED]
        self.repaired = [item for item in items if item.kind == REPAIRED]

    def wait(self, note: str) -> None:
        self.note = note
        self.notice(note)

    def notice(self, text: str) -> None:
        """A line for the person at the command line."""
        self.notices.append(f"{self.name}: {text}")

    def fail(self, code: str, words: str, side: str = "") -> None:
        self.status = "failed"
        self.error = {"code": code, "side": side, "words": words, "sentence": sentence(code, side)}

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        result: dict[str, Any] = {"source": self.source, "target": self.target, "status": self.status}
        if self.checks is not None:
            from mailsync.verify import Verification  # slow to import, and a copy does not need it

            result |= Verification(tuple(self.checks)).as_dict()
        else:
            names = ("messages_in_source", "copied", "octets", "found", "flags_changed")
            result |= {name: getattr(self, name) for name in names}
        return result | {
            "mapped": self.mapped,
            "seconds": round(self.seconds, 3),
            "skipped": [_item(item) for item in self.skipped],
            "repaired": [_item(item) for item in self.repaired],
            "error": self.error,
        }


def _item(item: Skipped) -> dict[str, Any]:
    return {
        "folder": "/".join(item.folder),
        "uid": item.uid,
        "kind": item.kind,
        "reason": item.reason,
        "size": item.size,
        "subject": item.subject,
        "date": item.date.isoformat() if item.date else None,
    }
