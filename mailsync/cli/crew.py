"""Several mailboxes at once, a thread each; Ctrl-C once to stop tidily, twice to end at once."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from threading import Thread
from types import FrameType

from mailsync.cli import mailbox
from mailsync.cli.mailbox import Work
from mailsync.cli.orders import Pair
from mailsync.cli.tally import Tally

STOPPED = 130  # what shells expect of a command that was ended by Ctrl-C
DRAWN_EVERY = 0.25  # seconds


def work_through(pairs: list[Pair], parallel: int, work: Work, draw: Callable[[list[Tally]], None]) -> list[Tally]:
    """Work on all pairs, at most ``parallel`` at a time; ``draw`` is called a few times a second."""
    tallies = [Tally(str(pair.source), str(pair.target)) for pair in pairs]
    waiting, stop = deque(zip(pairs, tallies, strict=True)), Flag()
    threads = [Thread(target=_member, args=(waiting, work, stop)) for _ in range(min(parallel, len(pairs)))]
    with _stopping(stop):
        for thread in threads:
            thread.start()
        mailbox.look_ahead()
        for thread in threads:
            while thread.is_alive():
                draw(tallies)
                thread.join(DRAWN_EVERY)
    draw(tallies)
    for tally in tallies:
        tally.status = tally.status if tally.ended else "stopped"
    return tallies


def _member(waiting: deque[tuple[Pair, Tally]], work: Work, stop: Flag) -> None:
    while not stop.is_set():
        try:
            pair, tally = waiting.popleft()
        except IndexError:
            return
        work(pair, tally, stop)


@contextmanager
def _stopping(stop: Flag) -> Iterator[None]:
    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(STOPPED)  # every journal is good at any moment
        stop.set()  # before the line that invites to press it again
        print("\nStopping: what is on its way still arrives. Press Ctrl-C again to end at once.", file=sys.stderr)

    former = [(number, signal.signal(number, interrupted)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in former:
            signal.signal(number, handler)
