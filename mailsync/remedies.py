"""What a caller allows for messages that the target refuses, beyond trying them again alone: mend them, keep the original."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from mailsync.model import Skipped


class Quarantine(Protocol):
    """Where originals are kept of messages that did not arrive, or not as they were."""

    def keep(self, item: Skipped, chunks: Iterable[bytes | memoryview]) -> None:
        """Keep this message; in place of what was kept of it before. Not all of ``chunks`` need be taken."""
        ...


class Remedies(NamedTuple):
    """``repair``: whether what is refused may be changed so that it is accepted. Without ``quarantine`` nothing is kept."""

    repair: bool = False
    quarantine: Quarantine | None = None


NO_REMEDIES = Remedies()
