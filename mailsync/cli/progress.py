"""The progress bar: one line on a terminal's standard error, none elsewhere. What is waited for is told everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from mailsync.cli.output import say
from mailsync.cli.tally import Tally
from mailsync.cli.words import size

BAR = 24  # characters


class Progress:
    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._shown = stream.isatty()

    def draw(self, tallies: list[Tally]) -> None:
        self._tell(tallies)
        if self._shown:
            import shutil  # slow to import, and for people only

            width = shutil.get_terminal_size().columns - 1
            say(f"\r{line(tallies, self._clock() - self._started)[:width]}\x1b[K", self._stream)

    def _tell(self, tallies: list[Tally]) -> None:
        for notices in (tally.notices for tally in tallies):
            while notices:
                self.clear()
                say(f"{notices.popleft()}\n", self._stream)

    def clear(self) -> None:
        if self._shown:
            say("\r\x1b[K", self._stream)


def line(tallies: list[Tally], seconds: float) -> str:
    """``[####....] 3/50 mailboxes  1,234/9,999 messages  12.3 MB  4.5 MB/s  0:01:23 left``"""
    done, to_do = sum(tally.done for tally in tallies), sum(tally.to_do for tally in tallies)
    octets, ended = sum(tally.octets for tally in tallies), sum(tally.ended for tally in tallies)
    filled = BAR * done // to_do if to_do else BAR * ended // len(tallies)
    parts = [
        f"[{'#' * filled}{'.' * (BAR - filled)}] {ended}/{len(tallies)} mailboxes",
        f"{done:,}/{to_do:,} messages",
        size(octets),
        f"{size(octets / seconds)}/s" if seconds > 0 else "",
        f"{_time(seconds * (to_do - done) / done)} left" if done else "",
        next((tally.note for tally in tallies if tally.note), ""),
    ]
    return "  ".join(filter(None, parts))


def _time(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
