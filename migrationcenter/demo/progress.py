"""How far the batch is, in one line of the terminal."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from typing import TextIO

from core.templatetags.page import short_size

BAR = 24  # characters
QUIET_STEP = 10.0  # seconds between two lines where the output is no terminal


@dataclass(frozen=True, slots=True)
class Progress:
    mailboxes: int
    mailboxes_total: int
    messages: int  # copied
    skipped: int
    messages_total: int  # at least the copied and the skipped ones
    octets: int

    @property
    def done(self) -> int:
        return self.messages + self.skipped

    def line(self, seconds: float, before: int = 0) -> str:
        """After so many seconds of work, which began when ``before`` messages were done."""
        share = self.done / self.messages_total if self.messages_total else 0
        rate = (self.done - before) / seconds if seconds else 0
        left = f"{(self.messages_total - self.done) / rate:.0f} s" if rate else "?"
        skipped = f"  {self.skipped:,} skipped" if self.skipped else ""
        bar = ("█" * round(share * BAR)).ljust(BAR, "░")
        return (
            f"{bar} {share:4.0%}  {self.mailboxes}/{self.mailboxes_total} mailboxes  "
            f"{self.messages:,}/{self.messages_total:,} messages{skipped}  {short_size(self.octets)}  "
            f"{rate:,.0f} messages/s  ETA {left}"
        )


class ProgressLine:
    """Shown in place on a terminal; elsewhere as a line now and then."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._began = self._shown = time.monotonic()
        self._before: int | None = None

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        line = self._line(progress)
        if self._stream.isatty():
            self._write("\r" + line[: shutil.get_terminal_size().columns - 1] + "\x1b[K")
        elif now - self._shown >= QUIET_STEP:
            self._shown = now
            self._write(line + "\n")

    def end(self, progress: Progress) -> None:
        """The last line stays."""
        start, stop = ("\r", "\x1b[K\n") if self._stream.isatty() else ("", "\n")
        self._write(start + self._line(progress) + stop)

    def _line(self, progress: Progress) -> str:
        if self._before is None:
            self._before = progress.done
        return progress.line(time.monotonic() - self._began, self._before)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
