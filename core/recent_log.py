"""What this process logged last, for who is to help when something is wrong."""

from __future__ import annotations

import logging
from collections import deque

lines: deque[str] = deque(maxlen=1000)


class RecentLog(logging.Handler):
    """Keeps the newest lines in memory."""

    def emit(self, record: logging.LogRecord) -> None:
        lines.append(self.format(record))
