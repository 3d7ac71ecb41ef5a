"""Trying again, where the error says that it may help."""

from __future__ import annotations

from collections.abc import Callable

from mailsync.cli.tally import Tally
from mailsync.cli.words import happening
from mailsync.errors import Retry

FIRST_PAUSE = 2.0  # seconds; doubled after every failure in a row
LONGEST_PAUSE = 120.0
TRIES = 8  # in a row, without a single message in between
# As long as nobody signed in there, it is rather the address that is wrong than the server that is down.
MISTYPED = {"unknown_host": 1, "connection_refused": 1, "timeout": 2}


def persist(attempt: Callable[[], bool], tally: Tally, pause: Callable[[float], bool]) -> bool:
    """What ``attempt`` answers in the end. ``pause`` waits so many seconds, and answers whether to stop instead.

    Raises the last Retry when there were enough, soon where it looks like a wrong address, and at once any other error.
    """
    failures = 0
    while True:
        before = tally.done
        try:
            return attempt()
        except Retry as error:
            failures = 1 if tally.done > before else failures + 1
            if failures >= _tries(error, tally):
                if pause(0.0):
                    return False  # it was the stop that broke it off
                raise
            seconds = _seconds(error, failures)
            tally.wait(f"{happening(error.code, error.side, error.words)}; next try in {seconds:.0f} s")
            if pause(seconds):
                return False


def _tries(error: Retry, tally: Tally) -> int:
    return TRIES if error.side in tally.reached else MISTYPED.get(error.code, TRIES)


def _seconds(error: Retry, failures: int) -> float:
    """As long as the server asked for, else longer with every failure."""
    return error.after if error.after is not None else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1))
