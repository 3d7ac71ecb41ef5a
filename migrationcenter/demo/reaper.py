"""Ends the demo's processes when the demo itself was killed and can not do it.

It reads process groups, one a line, from standard input. The input ends when the demo does, however it does; whatever
is left of those groups then is ended too. By then the demo has ended them itself, unless it was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE = 1.0  # seconds


def reap(groups: Iterable[int]) -> None:
    """End the process groups that still exist: at once those that wait for nothing, the others after GRACE."""
    left = [group for group in groups if _signal(group, signal.SIGTERM)]
    if left:
        time.sleep(GRACE)
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> bool:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    reap([int(line) for line in sys.stdin])
