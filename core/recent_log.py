"""What this process logged last, for who is to help when something is wrong."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied

lines: deque[str] = deque(maxlen=1000)
since = datetime.now(UTC)  # when this process began to keep them


class RecentLog(logging.Handler):
    """Keeps the newest lines in memory."""

    def emit(self, record: logging.LogRecord) -> None:
        lines.append(self.format(record))


class Refusals(logging.Filter):
    """Lets all through. Where in the code a person was refused what they may not do tells nobody anything: it is left out."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
