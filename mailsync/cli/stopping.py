"""Ctrl-C once to stop tidily, twice to end at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Flag
from types import FrameType

STOPPED = 130  # what shells expect of a command that was ended by Ctrl-C


@contextmanager
def stopping() -> Iterator[Flag]:
    """The flag is set when somebody wants an end."""
    stop = Flag()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        # Tests see it happen; but so sudden an end may come before the count of covered lines is written.
        if stop.is_set():  # pragma: no cover
            os._exit(STOPPED)  # every journal is good at any moment
        stop.set()  # before the line that invites to press it again
        from mailsync.cli.output import say

        say("\nStopping: what is on its way still arrives. Press Ctrl-C again to end at once.\n", sys.stderr)

    former = [(number, signal.signal(number, interrupted)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield stop
    finally:
        for number, handler in former:
            signal.signal(number, handler)
