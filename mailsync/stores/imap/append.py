"""Storing messages: streamed into as few commands as the server allows, without waiting for its answers.

Three ways, by what the server can do and what the message is:

* many messages in one command (MULTIAPPEND, RFC 3502), bodies sent at once (LITERAL+, RFC 7888);
* one message a command, bodies sent at once, the folder selected (some servers open it anew for each command otherwise);
* one message a command, its body sent when the server has asked for it: for large and for unusual messages, for servers
  without LITERAL+, and for all after a server has once not understood a command.

A server that does not understand a command takes what follows for commands. So nothing of a message's source stands in a
command unless we wrote it ourselves; a ``BAD`` ends the connection; and nothing is read while a command is half written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

from mailsync.errors import MailsyncError, Retry
from mailsync.model import SYSTEM_FLAGS, Appended, Burst, Message, Outcome, Path, one_by_one
from mailsync.stores.imap.appending import (
    Command,
    Way,
    Ways,
    answered,
    joined,
    refused,
    too_large,
    write_body,
)
from mailsync.stores.imap.bursts import ImapBurst
from mailsync.stores.imap.destinations import Destinations
from mailsync.stores.imap.experience import Experience
from mailsync.stores.imap.folders import folder_state
from mailsync.stores.imap.headings import Headings, heading
from mailsync.stores.imap.joining import apart, join
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.stored import take_stored
from mailsync.uids import UidSet

BAD_COMMANDS = 8  # Exchange hangs up at the tenth
FEW_ANSWERS = 3  # are awaited one by one
LAST_ANSWERS = 30.0  # seconds to wait for the answers to what was sent before the stream broke


class Appender:
    """One call of ``Store.append``. ``reopen`` gives a fresh session."""

    def __init__(
        self,
        session: Session,
        names: Names,
        folders: Destinations,
        limit: int | None,
        reopen: Callable[[], Session],
        experience: Experience,
    ) -> None:
        self._session, self._names, self._limit, self._reopen = session, names, limit, reopen
        self._experience = experience
        self._ways = Ways.of(session, limit, careful=experience.careful)
        self._to_flag: deque[Command] = deque()  # stored, and some of their messages are to be flagged yet
        self._queue: deque[Command] = deque()  # written in full, outcome not handed on yet; in order
        self._waiting: dict[bytes, Command] = {}  # those of them that the server has not answered
        self._batch: Command | None = None  # begun, more messages may join it
        self._mid_literal = False
        self._usual_answer = 0  # octets of one, 0 if the last was another
        self._folders = folders
        self._headings = Headings(session, folders)
        self._bad: Response | None = None

    @property
    def done(self) -> bool:
        """Whether the session may be used for anything else."""
        return not (self._waiting or self._batch or self._folders.is_opening or self._mid_literal)

    def outcomes(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Iterator[Outcome]:
        try:
            for path, message in self._long_way(messages):
                if self._batch and self._joins(self._batch, path, message):
                    self._write(self._batch, path, message)
                    continue
                self._end_batch()
                yield from self._settled(self._way(message).may_wait(len(self._waiting)))
                self._begin(path, message, self._way(message))
            self._end_batch()
            yield from self._settled(0)
        except Exception as error:
            yield from self._last_outcomes()
            if self._session.farewell and isinstance(error, Retry) and error.code == "hung_up":
                raise self._session.farewell from error
            raise

    # Writing

    def _long_way(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Iterator[tuple[Path, Message]]:
        """All but those that came together and are alike: these are written."""
        for path, arrived in messages:
            if isinstance(arrived, ImapBurst):
                index = 0
                while (index := self._short_way(path, arrived, index)) < len(arrived.uids):
                    yield path, arrived.message(index)
                    index += 1
            else:
                for message in one_by_one(arrived):
                    yield path, message

    def _short_way(self, path: Path, burst: ImapBurst, start: int) -> int:
        """Write what it is good for from that index on; up to which."""
        if self._headings.apart or self._experience.with_nul or self._session.wire.trace:
            return start
        batch, render = self._batch, partial(self._headings.usual, path)
        if batch and (batch.target, batch.source) == (path, burst.folder):
            written, count = join(batch, burst, start, self._ways.unasked, render)
            self._write_whole(written)
            return start + count
        if batch or self._ways.multi or not self._folders.is_selected(path):
            return start
        span = slice(start, max(start, start + Way.SINGLE.ahead - len(self._waiting)))
        announce = b"APPEND " + self._names.quoted(path)
        written, commands = apart(burst, span, self._ways.unasked, render, path, announce, self._session.new_tag)
        self._write_whole(written)
        for command in commands:
            self._enqueue(command)
        return start + len(commands)

    def _write_whole(self, octets: bytes) -> None:
        self._mid_literal = True
        self._session.wire.write(octets)
        self._mid_literal = False

    def _way(self, message: Message) -> Way:
        return Way.ALONE if self._experience.has_nul(message, self._session) else self._ways.best(message)

    def _joins(self, batch: Command, path: Path, message: Message) -> bool:
        return (
            batch.has_room(path, message)
            and (self._folders.is_known(path) or message.flags <= SYSTEM_FLAGS)
            and self._way(message) is Way.MULTI
        )

    def _begin(self, path: Path, message: Message, way: Way) -> None:
        if self._limit is not None and message.size > self._limit:
            self._queue.append(too_large(path, message, self._limit))
            return
        self._select(path, message, way)
        if way is Way.ALONE:
            self._append_alone(path, message)
            return
        self._batch = Command(self._session.new_tag(), path, message.folder)
        self._session.wire.write(b"%s APPEND %s" % (self._batch.tag, self._names.quoted(path)))
        self._write(self._batch, path, message)
        if way is Way.SINGLE:
            self._end_batch()

    def _write(self, batch: Command, path: Path, message: Message) -> None:
        """One more message of a command, its body sent unasked."""
        self._session.wire.head(b" %s {%d+}\r\n" % (self._headings.joining(batch, path, message), message.size))
        self._mid_literal = True
        write_body(self._session.wire, message)
        self._mid_literal = False
        batch.add(message)

    def _end_batch(self) -> None:
        if self._batch is None:
            return
        self._session.wire.write(b"\r\n")
        self._enqueue(self._batch)
        self._batch = None

    def _enqueue(self, command: Command) -> None:
        self._queue.append(command)
        self._waiting[command.tag] = command

    def _append_alone(self, path: Path, message: Message) -> None:
        command = Command(b"", path, message.folder)
        flags = self._headings.flags(command, path, message)
        command.add(message)
        command.invited = True
        answer = self._invited(command, message, flags)
        if answer and not flags <= SYSTEM_FLAGS and refused(command, answer).code == "refused":
            # Better without keywords than not at all.
            answer = self._invited(command, message, flags & SYSTEM_FLAGS)
        if answer:
            self._settle(command, refused(command, answer))
            self._queue.append(command)
            return
        self._mid_literal = True
        write_body(self._session.wire, message)
        self._session.wire.write(b"\r\n")
        self._mid_literal = False
        self._enqueue(command)

    def _invited(self, command: Command, message: Message, flags: frozenset[str]) -> Response | None:
        """Announce a message and wait until the server asks for it: None then, its refusal otherwise."""
        start = b"APPEND %s %s" % (self._names.quoted(command.target), heading(message, flags))
        line = b"%s %s{%d}" % (start, b"~" if self._experience.has_nul(message, self._session) else b"", message.size)
        command.tag = self._session.send(line)
        while (response := self._session.receive()).tag != b"+":
            if response.tag == command.tag:
                return self._counted(response)
            self._take(response)
        return None

    def _counted(self, response: Response) -> Response:
        self._experience.raise_if_passing(response)
        self._note_bad(response, invited=True)
        return response

    def _note_bad(self, response: Response, *, invited: bool) -> None:
        """A session goes on after a BAD only if nothing was sent unasked, and not for too long."""
        if response.kind == b"BAD" and not (invited and self._session.not_understood < BAD_COMMANDS):
            self._bad = response

    # The folder

    def _select(self, path: Path, message: Message, way: Way) -> None:
        """Have the folder opened where that helps, and wait for the answer where its keywords matter now."""
        folders, has_keywords = self._folders, not message.flags <= SYSTEM_FLAGS
        helps = way is Way.SINGLE or (not folders.is_known(path) and (has_keywords or way is Way.MULTI))
        helps = helps or self._session.read_only == self._names.quoted(path)  # Courier stores nothing in it then
        if helps and not folders.is_selected(path):
            folders.select(self._session, self._names, path)
        if has_keywords and not folders.is_known(path):
            self._finish_opening()

    def _finish_opening(self) -> None:
        while self._folders.is_opening:
            self._take(self._session.receive())

    # Answers

    def _settled(self, ahead: int) -> Iterator[Outcome]:
        """Outcomes that are known, waiting for more until no more than ``ahead`` commands are unanswered.

        Answers that have come are read at once: over a slow line there would be no progress to tell for minutes.
        """
        while self._queue or self._folders.is_opening:
            if self._bad:
                self._start_again(self._bad)
            self._flag()
            if self._session.wire.has_more():
                self._take_next()
            elif self._queue and (outcome := self._queue[0].outcome):
                self._queue.popleft()
                yield joined(outcome, self._queue)
            elif len(self._waiting) > ahead or (not ahead and self._folders.is_opening):
                self._take_next(len(self._waiting) - ahead)
            else:
                return

    def _flag(self) -> None:
        """Only between two commands, and in the folder where the messages are."""
        while self._to_flag:
            command = self._to_flag.popleft()
            if not self._folders.is_selected(command.target):
                self._finish_opening()
                self._folders.select(self._session, self._names, command.target)
            uids = command.stored.target_uids if command.stored else None
            places = UidSet(uids[index] for index in command.to_flag) if uids else UidSet()
            command.tag = self._session.send(b"UID STORE %s +FLAGS.SILENT (\\Flagged)" % str(places).encode())
            self._waiting[command.tag] = command

    def _take_next(self, answers: int = 1) -> None:
        """What comes next, or as many usual answers as are there: half of the ``answers`` that we need, if not sooner."""
        wire = self._session.wire
        if wire.is_empty:
            wire.flush()
            wire.fill(answers * self._usual_answer // 2 if answers > FEW_ANSWERS else 1)
        start = wire.start
        stored = [] if self._folders.is_opening else take_stored(wire, self._waiting)
        self._usual_answer = (wire.start - start) // len(stored) if stored else 0
        for command, outcome in stored:
            self._folders.count(command.target, 1)
            self._settle(command, outcome)
        if not stored:
            self._take(self._session.receive())

    def _take(self, response: Response) -> None:
        if response.tag in self._waiting:
            self._answered(self._waiting.pop(response.tag), response)
        elif response.tag == b"*" and response.kind == b"BAD":
            self._bad = response
        elif not self._folders.take(response) and response.tag not in (b"*", b"+"):
            raise Retry("protocol_error", f"an answer that belongs to no command: {response.words}")

    def _answered(self, command: Command, response: Response) -> None:
        if response.kind != b"OK":
            self._experience.raise_if_passing(response)
        self._note_bad(response, invited=command.invited or command.stored is not None)
        outcome = command.stored or answered(command, response)
        if isinstance(outcome, Appended) and not command.stored:
            self._folders.count(command.target, len(command.uids))
            if command.to_flag and outcome.target_uids:
                command.stored = outcome
                self._to_flag.append(command)
                return
        self._settle(command, outcome)

    def _settle(self, command: Command, outcome: Outcome) -> None:
        self._experience.learn(outcome)
        command.outcome = outcome

    # When things go wrong

    def _start_again(self, bad: Response) -> None:
        """Over a fresh connection, carefully; what was under way on the old one has to be accounted for first."""
        self._await_answers()
        self._session.wire.close()
        self._bad = None
        self._folders.forget_connection()
        self._experience.careful = True
        self._session = self._reopen()
        self._ways = Ways.of(self._session, self._limit, careful=True)
        unanswered, self._waiting = self._waiting, {}
        for command in unanswered.values():
            self._make_sure_it_is_not_there(command, bad)

    def _await_answers(self) -> None:
        """As many as still come."""
        with suppress(MailsyncError):
            self._session.wire.be_patient_for(LAST_ANSWERS)
            while self._waiting and not self._session.farewell:
                self._take(self._session.receive())

    def _make_sure_it_is_not_there(self, command: Command, bad: Response) -> None:
        """No answer has come. What was only to be flagged is there. Elsewhere, where no UID has been given away since, nothing was stored."""
        if command.stored:
            self._settle(command, command.stored)
            return
        state = folder_state(self._session, self._names, command.target)
        if state is None or not self._folders.is_untouched(command.target, state.uidnext):
            raise Retry("protocol_error", bad.words)
        command.outcome = refused(command, bad)

    def _last_outcomes(self) -> Iterator[Outcome]:
        """What can still be learnt of what was sent before the stream broke."""
        try:
            if not self._mid_literal:
                self._end_batch()
            self._await_answers()
        finally:
            self._session.wire.close()
        while self._queue and (outcome := self._queue[0].outcome):
            self._queue.popleft()
            yield joined(outcome, self._queue)
