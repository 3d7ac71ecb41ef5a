"""What this process logged last, for who is to help when something is wrong."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime

lines: deque[str] = deque(maxlen=1000)
since = datetime.now(UTC)  # when this process began to keep them


class RecentLog(logging.Handler):
    """Keeps the newest lines in memory."""

    def emit(self, record: logging.LogRecord) -> None:
        lines.append(self.format(record))
