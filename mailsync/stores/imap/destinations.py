"""The folders that messages are appended to: selected where that helps, and what the server said of them then."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from mailsync.model import Path
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import Opened
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.session import Session

_NO_KEYWORDS = Opened(keywords=frozenset())


class Destinations:
    def __init__(self) -> None:
        self._opened: dict[Path, Opened] = {}
        self._opening: deque[tuple[bytes, Path, Opened]] = deque()  # SELECTs that are not answered yet
        self._selected: Path | None = None

    @property
    def is_opening(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._opening)

    def is_known(self, path: Path) -> bool:
        return path in self._opened

    def is_selected(self, path: Path) -> bool:
        """Or will be, by the time the server comes to the next command."""
        return self._selected == path

    def learn(self, opened: Mapping[Path, Opened]) -> None:
        """What the server said of folders when they were opened for something else."""
        self._opened.update(opened)

    def select(self, session: Session, names: Names, path: Path) -> None:
        """Ask for it, though others may still be opening."""
        tag = session.send(b"SELECT " + names.quoted(path))
        self._opening.append((tag, path, Opened()))
        self._selected = path

    def take(self, response: Response) -> bool:
        """Whether this was an answer about the folder that is being opened: they are answered in their order."""
        if not self._opening or response.tag not in (b"*", self._opening[0][0]):
            return False
        tag, path, opened = self._opening[0]
        if response.tag != tag:
            opened.take(response)
            return True
        self._opening.popleft()
        self._opened[path] = opened if response.kind == b"OK" else _NO_KEYWORDS
        if response.kind != b"OK" and self._selected == path:
            self._selected = None
        return True

    def forget_connection(self) -> None:
        """What was learnt of the folders stays true; on a new connection none of them is selected, and one that could not
        be opened may be there now."""
        self._opening.clear()
        self._selected = None
        self._opened = {path: opened for path, opened in self._opened.items() if opened is not _NO_KEYWORDS}

    def keywords(self, path: Path) -> frozenset[str] | None:
        """Those it keeps, lower case; None for any; none at all before it is known."""
        return self._opened.get(path, _NO_KEYWORDS).keywords

    def count(self, path: Path, messages: int) -> None:
        """So many were stored there by us."""
        if (opened := self._opened.get(path)) and opened.uidnext:
            opened.uidnext += messages

    def is_untouched(self, path: Path, uidnext: int) -> bool:
        """Whether this UIDNEXT is the one that is left after all that we know to be stored."""
        opened = self._opened.get(path)
        return opened is not None and opened.uidnext == uidnext > 0
