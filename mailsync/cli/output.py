"""Standard output and standard error. Whoever reads them may have left (``| head``): then what is said goes nowhere, and the
work goes on."""

from __future__ import annotations

import os
from typing import TextIO


def say(text: str, stream: TextIO) -> None:
    """At once, as it is."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # also for what is still in the buffer, which Python writes at its end
        os.close(nowhere)
