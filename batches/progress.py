"""What one slice of work has done so far: figures for the user's row, lines for its report."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from batches import log
from batches.choice import is_in_fast_lane
from batches.models import MigrationUser
from batches.server_words import kept, storable
from batches.throughput import Meter
from mailsync.events import (
    Adopted,
    Copied,
    Event,
    Finished,
    FlagsChanged,
    FolderRenamed,
    FolderStarted,
    MessageRepaired,
    MessageSkipped,
    Planned,
    SourceRenamed,
)
from mailsync.model import REPAIRED, Path, Skipped

PROGRESS_LINE_EVERY = 15.0  # seconds


def is_news(event: Event) -> bool:
    """Whether it tells that there is something to do or done, beyond having looked."""
    return event.to_copy > 0 if isinstance(event, Planned) else not isinstance(event, Finished)


class Progress:
    """Fed by the thread that copies, read by the one that keeps the lease."""

    def __init__(
        self,
        user: MigrationUser,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        meter: Meter | None = None,
    ) -> None:
        self._user_id = user.pk
        self._now = now
        self._monotonic = monotonic
        self._octets_before, self._seconds_before = user.octets_synced, user.active_seconds
        self._items = user.items_synced
        self._totals: dict[str, Any] = {"items_total": user.items_total, "octets_total": user.octets_total}
        self._patterns = {*user.batch.include_folders, *user.batch.exclude_folders}
        self._began = self._line_at = monotonic()
        self._lines: deque[tuple[datetime, str]] = deque()
        self._aside: list[tuple[datetime, str]] = []
        self._initial = user.first_synced_at is None
        self._newest_first = is_in_fast_lane(user)
        self.meter = meter or Meter(user.batch_id)
        self.told = 0  # lines
        self.copied = self.octets = 0
        self.complete = False

    def figures(self) -> dict[str, Any]:
        """Columns of the user's row. The items are counted by the journal, which knows them exactly."""
        seconds = self._seconds_before + self._monotonic() - self._began
        figures = {"octets_synced": self._octets_before + self.octets, "active_seconds": seconds, **self._totals}
        return {**figures, "retries": 0, "last_new_items_at": self._now()} if self.copied else figures

    def note(self, text: str) -> None:
        """One line for the report."""
        lines = [*self._aside, (self._now(), storable(text))]
        self._lines.extend(lines)
        self._aside = []
        self.told += len(lines)

    def write_lines(self) -> None:
        """Store what was noted since the last time; whoever kills the worker loses a second of the report at most."""
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if lines:
            log.write(self._user_id, lines)
        self.meter.save_now_and_then(self._monotonic())

    def take_in(self, event: Event) -> None:
        match event:
            case Copied():
                self._copied(event)
            case Planned():
                self._planned(event)
            case FolderStarted(source, target, messages, to_copy):
                self.note(f"Folder {_name(source)} to {_name(target)}: {messages} messages, {to_copy} to copy.")
            case SourceRenamed(before, source, target):
                self.note(f"Folder {_name(before)} is called {_name(source)} now; its copy stays {_name(target)}.")
            case FolderRenamed(target=target, words=words):
                self.note(f"The target refused the name of a folder, which is {_name(target)} there: {kept(words)}")
            case Adopted(source, messages, octets):
                self._items += messages
                self.octets += octets  # no part of the throughput: they came before, or from elsewhere
                self.note(f"On the target already, of {_name(source)}: {_counted(messages, 'message')}.")
            case FlagsChanged(source, messages):
                self.note(f"Flags of {_counted(messages, 'message')} of {_name(source)} changed.")
            case MessageSkipped(item) | MessageRepaired(item):
                self._item(item)
            case Finished(complete):
                self.complete = complete

    def _item(self, item: Skipped) -> None:
        what = "Repaired message" if item.kind == REPAIRED else "Skipped message"
        where = f"folder {_name(item.folder)}, UID {item.uid}, {log.size_in_words(item.size)}"
        self.note(f"{what}: {where}, {item.kind}: {kept(item.reason)}")

    def _planned(self, event: Planned) -> None:
        if not self._newest_first:  # those are a part; how much there is in all is found out by the pass after
            self._totals = {"items_total": event.messages, "octets_total": event.octets}
        lines = [_newest_words(event) if self._newest_first else _plan_words(event)]
        if self._patterns:
            unmatched = [text for text in event.unmatched if text in self._patterns]
            self._totals["unmatched_folders"] = "\n".join(unmatched)
            lines += [
                f"No folder of this mailbox fits {text}, which the settings of the batch name." for text in unmatched
            ]
        if self._initial or is_news(event):
            for line in lines:
                self.note(line)
        else:  # said if more is to be told: a pass that finds nothing new leaves its date and no lines
            self._aside = [(self._now(), storable(line)) for line in lines]

    def _copied(self, event: Copied) -> None:
        self.copied += event.messages
        self.octets += event.octets
        self.meter.count(self._now(), event.messages, event.octets)
        if self._monotonic() - self._line_at >= PROGRESS_LINE_EVERY:
            self.note_progress()

    def note_progress(self) -> None:
        self._line_at = self._monotonic()
        items, total = self._items + self.copied, self._totals["items_total"]
        size = log.size_in_words(self._octets_before + self.octets)
        self.note(f"Copy progress: {items}{'' if self._newest_first else f'/{total}'} messages, {size}.")


def _plan_words(event: Planned) -> str:
    size = f", {log.size_in_words(event.octets)}" if event.octets else ""
    found = f"{_counted(event.folders, 'folder')}, {_counted(event.messages, 'message')}"
    line = f"Source mailbox: {found}{size}; {_counted(event.to_copy, 'message')} to copy."
    excluded = f" Not selected in these folders: {_counted(event.excluded, 'message')}." if event.excluded else ""
    return line + excluded


def _counted(number: int, noun: str) -> str:
    """Lines of a report are English, whoever reads them."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _newest_words(event: Planned) -> str:
    return (
        f"Newest mail first: {event.messages} messages of Inbox and Sent Items, {event.to_copy} to copy. The history of the "
        "mailbox follows in a later turn."
    )


def _name(path: Path) -> str:
    return "/".join(path)
