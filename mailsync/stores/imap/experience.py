"""What a server has taught us in all of its sessions."""

from __future__ import annotations

import re

from mailsync.model import Appended, Outcome, Path

_NUL = r"(?i)\bNULs?\b|\\0|null (byte|char)"


class Experience:
    """``careful``: it has once not understood an APPEND. ``out_of_sorts``: so many commands in a row failed for no reason that
    lies in a message. ``with_nul``: messages, by source folder and UID, that it refused because of NUL octets.
    """

    def __init__(self) -> None:
        self.careful = False
        self.out_of_sorts = 0
        self.with_nul: set[tuple[Path, int]] = set()

    def learn(self, outcome: Outcome) -> None:
        if isinstance(outcome, Appended):
            self.out_of_sorts = 0
        elif re.search(_NUL, outcome.words):
            self.with_nul.update((outcome.source, uid) for uid in outcome.uids)
