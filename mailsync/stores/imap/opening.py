"""SELECT and EXAMINE: opening a folder, and what the server says of it."""

from __future__ import annotations

import re

from mailsync.errors import Retry
from mailsync.model import Path
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import number

# Lines that are the same on most servers, and of which a mailbox with hundreds of folders brings thousands.
_USUAL = re.compile(
    rb"\* (?:(\d{1,19}) (?:EXISTS|RECENT)|OK \[(?:UIDVALIDITY (\d{1,19})|UIDNEXT (\d{1,19})"
    rb"|PERMANENTFLAGS (\([^\]\r\n]*\))|(?:UNSEEN|HIGHESTMODSEQ) \d{1,19})\][^\r\n{}]*|FLAGS \([^\r\n{}]*\))\r\n"
)


class Opened:
    """What a server says when it opens a folder. ``keywords`` is None where it does not limit them."""

    def __init__(self, keywords: frozenset[str] | None = None) -> None:
        self.messages = self.uidvalidity = self.uidnext = 0
        self.keywords = keywords

    def take(self, response: Response) -> None:
        if response.kind == b"EXISTS":
            self.messages = response.number
        elif response.kind == b"EXPUNGE":
            self.messages -= 1
        elif response.kind == b"OK":
            self._note(*response.code, response)

    def take_usual(self, session: Session) -> None:
        """As :meth:`take`, of the usual lines that have come and are next."""
        wire = session.wire
        if wire.trace:
            return
        wire.stream.demand_wanted()
        while usual := _USUAL.match(wire.buffer, wire.start, wire.end):
            messages, uidvalidity, uidnext, keywords = usual.groups()
            if messages and wire.buffer.startswith(b"E", usual.end(1) + 1):
                self.messages = int(messages)
            elif uidvalidity:
                self.uidvalidity = int(uidvalidity)
            elif uidnext:
                self.uidnext = int(uidnext)
            elif keywords:
                self.keywords = _permanent_keywords(keywords)
            wire.start = usual.end()

    def demand(self, path: Path, known: int) -> None:
        """Raises Retry if UIDs of the UIDVALIDITY ``known`` (0: none are) mean nothing here (RFC 3501 2.3.1.1)."""
        if self.uidvalidity and known and self.uidvalidity != known:
            words = f"UIDVALIDITY of {'/'.join(path)} changed from {known} to {self.uidvalidity}"
            raise Retry("unavailable", words)

    def _note(self, code: str, argument: bytes, response: Response) -> None:
        if code == "UIDVALIDITY":
            self.uidvalidity = number(argument)
        elif code == "UIDNEXT":
            self.uidnext = number(argument)
        elif code == "PERMANENTFLAGS":
            self.keywords = _permanent_keywords(argument)


def _permanent_keywords(argument: bytes) -> frozenset[str] | None:
    words = argument.strip(b"() ").decode("ascii", "replace").split()
    return None if "\\*" in words else frozenset(word.lower() for word in words if not word.startswith("\\"))


def examine(session: Session, names: Names, path: Path) -> None:
    """Open a folder read-only. Raises Stop("mailbox_missing") if it is not there, or whatever else the server has against it."""
    session.command(b"EXAMINE " + names.quoted(path))
