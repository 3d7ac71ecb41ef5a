"""What a server has taught us in all of its sessions."""

from __future__ import annotations

import re

from mailsync.model import Appended, Message, Outcome, Path
from mailsync.stores.imap.responses import Response, temporary
from mailsync.stores.imap.session import Session

OUT_OF_SORTS = (
    5  # commands in a row that fail for no reason of ours, and it is the server that is ill, not some messages
)

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

    def has_nul(self, message: Message, session: Session) -> bool:
        """As the server has said before: only a literal8 may carry NUL octets (RFC 3516 section 4.4)."""
        return bool(self.with_nul) and (message.folder, message.uid) in self.with_nul and session.can("BINARY")

    def raise_if_passing(self, response: Response) -> None:
        """Unless it may lie in the message: a server's own fault, which it does not say to be temporary, often does."""
        passing = temporary(response)
        if passing and passing.code == "unavailable" and response.code[0] in ("", "SERVERBUG"):
            self.out_of_sorts += 1
            passing = passing if self.out_of_sorts > OUT_OF_SORTS else None
        if passing:
            raise passing
