"""Reading messages: folder after folder in one stream, the next asked for before the current one has ended.

A server answers the commands of one connection in their order, but it may begin the answer to a FETCH before it has
ended the one before. So there is never more than one FETCH under way in a folder, and a message belongs to the folder
whose EXAMINE was answered last.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from mailsync.errors import Retry
from mailsync.model import Message, Path, one_by_one
from mailsync.stores.imap.bodies import read_fetch
from mailsync.stores.imap.bursts import USUAL, ImapBurst, await_whole, take_burst
from mailsync.stores.imap.dates import parse_date
from mailsync.stores.imap.flags import parse_flags, split_sets
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.opening import Opened
from mailsync.stores.imap.responses import Response, is_missing, refusal, temporary
from mailsync.stores.imap.session import LONGEST_COMMAND, OCTETS_AHEAD, Session
from mailsync.stores.imap.wire import Wire
from mailsync.uids import UidSet

Wish = tuple[Path, UidSet]  # messages of a folder

FOLDERS_AHEAD = 16
REFUSED_FETCHES = 200  # so many in one run, and it is the server that is ill, not some messages
REFUSED_AT_ONCE = 8  # in one session; Exchange hangs up at the tenth error
_ITEMS = b" (UID FLAGS INTERNALDATE BODY.PEEK[])"
_USUAL = re.compile(USUAL + rb"\Z")


class _Job:
    """One folder: what is still to be fetched of it, one set a command."""

    def __init__(self, path: Path, uids: UidSet) -> None:
        self.path = path
        self.sets = deque(split_sets(uids, LONGEST_COMMAND - 100))
        self.opening = b""  # tag of the EXAMINE
        self.fetching = b""  # tag of the FETCH under way
        self.opened = Opened()
        self.is_open = self.is_gone = False
        self.last = 0  # the UID that came last
        self._until = 0  # all UIDs from there to this one are wanted, too
        self.octets = 0

    def wants(self, uid: int) -> bool:
        if self.last < uid <= self._until:
            return True
        self._until = self._end_of_range(uid) if self.is_open and uid > self.last else 0
        return bool(self._until)

    def burst(self, wire: Wire) -> ImapBurst | None:
        """What has come in full, and together; if it is not there yet, the rest of what has begun to come is waited for."""
        burst = take_burst(wire, self.path, self.last, self._end_of_range) if self.is_open else None
        if self.is_open and not burst and await_whole(wire):
            burst = take_burst(wire, self.path, self.last, self._end_of_range)
        if burst:
            self.last = burst.uids[-1]
        return burst

    def _end_of_range(self, uid: int) -> int:
        return self.sets[0].end_of_range(uid)

    def close_range(self) -> None:
        """What is wanted changes."""
        self._until = 0


class Reader:
    """One call of ``Store.read``. ``reopen`` gives a fresh session when the present one can not be used any more.

    ``known`` holds the UIDVALIDITY of the folders whose UIDs the caller can know.
    """

    def __init__(
        self,
        session: Session,
        names: Names,
        known: Mapping[Path, int],
        wishes: Iterable[Wish],
        reopen: Callable[[], Session],
    ) -> None:
        self._session, self._names, self._known, self._reopen = session, names, known, reopen
        self._waiting = iter(wishes)
        self._jobs: deque[_Job] = deque()  # begun, the first ``_sent`` of them asked for
        self._sent = 0
        self._careful = False  # after a refusal: one folder at a time
        self._refused = 0

    @property
    def done(self) -> bool:
        """Whether the session may be used for anything else."""
        return not self._jobs

    def messages(self) -> Iterator[Message]:
        for arrived in self.bursts():
            yield from one_by_one(arrived)

    def bursts(self) -> Iterator[Message | ImapBurst]:
        self.ask()
        while self._jobs:
            wire, job = self._session.wire, self._jobs[0]
            if burst := job.burst(wire):
                yield burst
                continue
            if not job.is_open:
                job.opened.take_usual(self._session)
            line = wire.line()
            if usual := _USUAL.match(line):
                number, octets = int(usual[1]), int(usual[4])
                chunks = wire.literal(octets)
                if octets and job.wants(number):  # nothing at all is no message, whatever form it has
                    job.last = number
                    yield Message(job.path, number, parse_flags(usual[2]), parse_date(usual[3]), octets, chunks)
                wire.end_literal()
            elif fetched := read_fetch(wire, line):
                if fetched.size and job.wants(fetched.uid):
                    job.last = fetched.uid
                    yield Message(job.path, fetched.uid, fetched.flags, fetched.date, fetched.size, fetched.chunks)
                fetched.finish()
            else:
                self._take(self._session.digest(wire.rest_of(line)))

    # Asking

    def ask(self) -> None:
        """Ask for as many folders as may be under way."""
        while self._may_ask_more():
            if self._sent == len(self._jobs) and not self._begin():
                break
            self._send(self._jobs[self._sent])
            self._sent += 1
        self._session.wire.flush()

    def _may_ask_more(self) -> bool:
        if not self._sent:
            return True
        under_way = sum(job.octets for job in list(self._jobs)[: self._sent])
        last_set = len(self._jobs[self._sent - 1].sets) == 1
        return last_set and not self._careful and self._sent < FOLDERS_AHEAD and under_way < OCTETS_AHEAD

    def _begin(self) -> bool:
        for path, uids in self._waiting:
            if uids:
                self._jobs.append(_Job(path, uids))
                return True
        return False

    def _send(self, job: _Job) -> None:
        job.opened, job.is_open, job.is_gone = Opened(), False, False
        job.opening = self._session.send(b"EXAMINE " + self._names.quoted(job.path))
        self._fetch(job)

    def _fetch(self, job: _Job) -> None:
        line = b"UID FETCH " + str(job.sets[0]).encode() + _ITEMS
        job.fetching = self._session.send(line)
        job.octets = len(line)

    # Answers

    def _take(self, response: Response) -> None:
        job = self._jobs[0]
        if response.tag == b"*":
            job.opened.take(response)
        elif response.tag == job.opening:
            self._opened(job, response)
        elif response.tag == job.fetching:
            self._fetched(job, response)
            self.ask()
        else:
            raise Retry("protocol_error", f"an answer that belongs to no command: {response.words}")

    def _opened(self, job: _Job, answer: Response) -> None:
        if answer.kind == b"OK":
            job.is_open = True
            job.opened.demand(job.path, self._known.get(job.path, 0))
        elif is_missing(answer):
            job.is_gone = True  # and with it all UIDs that were asked for
        else:
            raise refusal(answer)

    def _fetched(self, job: _Job, answer: Response) -> None:
        """A server says OK though messages are gone, or NO with a code; any other refusal is about some message."""
        if job.is_gone:
            self._leave()
        elif answer.kind == b"OK" or answer.code[0] == "EXPUNGEISSUED":
            self._advance(job)
        elif passing := temporary(answer):
            raise passing
        else:
            self._narrow_down(job, answer)

    def _advance(self, job: _Job) -> None:
        job.sets.popleft()
        job.close_range()
        if job.sets:
            self._fetch(job)
        else:
            self._leave()

    def _leave(self) -> None:
        self._jobs.popleft()
        self._sent -= 1

    def _narrow_down(self, job: _Job, answer: Response) -> None:
        """Ask again in two halves for what has not come, until the message that can not be read stands alone."""
        self._refused += 1
        job.close_range()
        if self._refused > REFUSED_FETCHES:
            raise refusal(answer)
        rest = job.sets.popleft().from_uid(job.last + 1)
        if len(rest) > 1:
            job.sets.extendleft(reversed(list(rest.slices((len(rest) + 1) // 2))))
        self._start_again()
        if not job.sets:
            self._jobs.popleft()

    def _start_again(self) -> None:
        if self._sent > 1 or self._refused % REFUSED_AT_ONCE == 0:
            self._session.wire.close()
            self._session = self._reopen()
        self._sent, self._careful = 0, True
