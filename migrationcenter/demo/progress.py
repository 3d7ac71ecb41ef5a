"""How far the batch is, in one line of the terminal."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from typing import TextIO

BAR = 24  # characters
QUIET_STEP = 10.0  # seconds between two lines where the output is no terminal


@dataclass(frozen=True, slots=True)
class Progress:
    mailboxes: int
    mailboxes_total: int
    messages: int
    messages_total: int
    octets: int

    def line(self, seconds: float) -> str:
        """After so many seconds of work."""
        share = min(self.messages / self.messages_total, 1) if self.messages_total else 0
        rate = self.messages / seconds if seconds else 0
        left = f"{max(self.messages_total - self.messages, 0) / rate:.0f} s" if rate else "?"
        bar = ("█" * round(share * BAR)).ljust(BAR, "░")
        return (
            f"{bar} {share:4.0%}  {self.mailboxes}/{self.mailboxes_total} mailboxes  "
            f"{self.messages:,}/{self.messages_total:,} messages  {self.octets / 1e6:.1f} MB  "
            f"{rate:,.0f} messages/s  ETA {left}"
        )


class ProgressLine:
    """Shown in place on a terminal; elsewhere as a line now and then."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._began = self._shown = time.monotonic()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        line = progress.line(now - self._began)
        if self._stream.isatty():
            self._write("\r" + line[: shutil.get_terminal_size().columns - 1] + "\x1b[K")
        elif now - self._shown >= QUIET_STEP:
            self._shown = now
            self._write(line + "\n")

    def end(self, progress: Progress) -> None:
        """The last line stays."""
        start, stop = ("\r", "\x1b[K\n") if self._stream.isatty() else ("", "\n")
        self._write(start + progress.line(time.monotonic() - self._began) + stop)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
