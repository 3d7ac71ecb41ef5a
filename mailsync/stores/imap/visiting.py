"""Work on many folders in one flight: each is opened and asked before the one before it has answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailsync.errors import Retry
from mailsync.model import Path
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import Opened
from mailsync.stores.imap.responses import Response, is_missing, refusal
from mailsync.stores.imap.session import COMMANDS_AHEAD, OCTETS_AHEAD, Session
from mailsync.uids import UidSet

FOLDERS_AHEAD = 16


class Visit:
    """``commands`` for one folder, and the answers by their index. ``uids`` are those it is about."""

    def __init__(self, path: Path, commands: Sequence[bytes] = (), uids: UidSet | None = None) -> None:
        self.path, self.commands, self.uids = path, commands, uids or UidSet()
        self.is_open = False  # True from the start for the folder that the session has selected already
        self.opened = Opened()
        self.answers: dict[int, Response] = {}

    @property
    def is_over(self) -> bool:
        return self.is_open and len(self.answers) == len(self.commands)

    def demand_answers(self) -> None:
        """Raises the error of the first command that did not work."""
        for answer in self.answers.values():
            if answer.kind != b"OK":
                raise refusal(answer)


class Tour:
    """``verb`` is EXAMINE or SELECT; ``known`` the UIDVALIDITY of the folders whose UIDs the caller can know."""

    def __init__(self, session: Session, names: Names, known: Mapping[Path, int], verb: bytes = b"EXAMINE") -> None:
        self._session, self._names, self._known, self._verb = session, names, known, verb
        self._visits: deque[Visit] = deque()  # begun and not over
        self._waiting: dict[bytes, tuple[Visit, int, int]] = {}  # by tag: which command of it, and its octets
        self._octets = 0

    def through(self, visits: Iterable[Visit]) -> Iterator[tuple[Visit, Response | None]]:
        """What the server tells of each folder while that is open; then None, when the visit is over.

        A response that belongs to no command tells of the folder that was opened last (RFC 3501 section 5.2). Raises
        Retry if a folder is gone, or has another UIDVALIDITY; the error of any other refusal to open it.
        """
        lines = self._lines(visits)
        self._send(lines)
        while self._visits:
            visit = self._visits[0]
            if not visit.is_open:
                visit.opened.take_usual(self._session)
            response = self._session.receive()
            if response.tag == b"*":
                visit.opened.take(response)
                if visit.is_open:
                    yield visit, response
                continue
            self._take(response)
            while self._visits and self._visits[0].is_over:
                yield self._visits.popleft(), None
            self._send(lines)

    def _lines(self, visits: Iterable[Visit]) -> Iterator[tuple[Visit, int, bytes]]:
        for visit in visits:
            self._visits.append(visit)
            if not visit.is_open:
                yield visit, -1, self._verb + b" " + self._names.quoted(visit.path)
            for index, command in enumerate(visit.commands):
                yield visit, index, command

    def _send(self, lines: Iterator[tuple[Visit, int, bytes]]) -> None:
        while self._has_room() and (line := next(lines, None)):
            visit, index, command = line
            self._waiting[self._session.send(command)] = visit, index, len(command)
            self._octets += len(command)

    def _has_room(self) -> bool:
        few = len(self._waiting) < COMMANDS_AHEAD and len(self._visits) <= FOLDERS_AHEAD
        return few and self._octets < OCTETS_AHEAD

    def _take(self, answer: Response) -> None:
        if answer.tag not in self._waiting:
            raise Retry("protocol_error", f"an answer that belongs to no command: {answer.words}")
        visit, index, octets = self._waiting.pop(answer.tag)
        self._octets -= octets
        if index >= 0:
            visit.answers[index] = answer
            return
        if answer.kind != b"OK" and is_missing(answer):
            raise Retry("unavailable", answer.words)  # it was there a moment ago: look again what there is
        self._session.expect(answer)
        visit.opened.demand(visit.path, self._known.get(visit.path, 0))
        visit.is_open = True
