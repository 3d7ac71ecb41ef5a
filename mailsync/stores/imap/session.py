"""One conversation with a server: tagged commands, pipelined, and the responses to them (RFC 3501 section 2.2)."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from mailsync.errors import MailsyncError, Retry, SignInFailed
from mailsync.stores.imap.responses import Response, farewell, is_let_in_nowhere, refusal, temporary
from mailsync.stores.imap.wire import Wire

Taker = Callable[[Response], None]

# Commands sent before the answer to the first is read, so many that no round trip counts and so few that their
# answers fit into the buffers between two ends that both are writing.
COMMANDS_AHEAD = 64
OCTETS_AHEAD = 16_000
# Exchange takes 10,240 octets at most; sets of UIDs are cut so that no command is longer than this.
LONGEST_COMMAND = 8_000
_TROUBLE = frozenset({b"NO", b"BAD", b"BYE"})


class Session:
    """``capabilities`` are as announced last, upper case; empty where the server has not said."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.capabilities: frozenset[str] = frozenset()
        self.greeting = ""
        self.read_only = b""  # the quoted name of the folder that is open, if it was opened so
        self.farewell: MailsyncError | None = None  # why the server has ended the session
        self.not_understood = 0  # commands that were answered with BAD
        self._secrets: tuple[bytes, ...] = ()
        # A message must not be able to guess a tag: were it ever taken for commands, their answers would not pass for ours.
        self._tag = os.urandom(3).hex().upper().encode()
        self._sent = 0
        self._foreseen: list[tuple[bytes, bytes]] = []  # commands that left before their time, and their tags

    def send(self, line: bytes, shown: bytes | None = None) -> bytes:
        """Queue a command; it leaves at the latest when something is received. Returns its tag."""
        tag = self.new_tag()
        verb, _, name = line.partition(b" ")
        if verb in (b"EXAMINE", b"SELECT"):
            self.read_only = name if verb == b"EXAMINE" else b""
        self.wire.command(tag + b" " + line, shown if shown is None else tag + b" " + shown)
        return tag

    def new_tag(self) -> bytes:
        self._sent += 1
        return b"%s%d" % (self._tag, self._sent)

    def receive(self) -> Response:
        """The next response. Raises if it is the server's good-bye."""
        self.wire.flush()
        return self.digest(self.wire.response())

    def digest(self, parts: list[bytes]) -> Response:
        """Make a response of what was read, and note what it says of the session."""
        self.wire.stream.demand_wanted()
        response = self._without_secrets(parts) if self._secrets else Response.of(parts)
        if response.kind in _TROUBLE:
            self._demand_no_end(response)
        elif response.kind == b"CAPABILITY":
            self._announce(response.parts[0])
        elif response.kind in (b"OK", b"PREAUTH") and response.code[0] == "CAPABILITY":
            self._announce(response.code[1])
        return response

    def _demand_no_end(self, response: Response) -> None:
        """Raises what a refusal or a good-bye means for all of the session."""
        if response.kind == b"BYE" and response.tag == b"*":
            self.farewell = farewell(response)
            raise self.farewell
        if response.tag == b"*":
            self._heed(response)
        elif response.kind == b"BAD":
            self.not_understood += 1
        if is_let_in_nowhere(response):
            raise SignInFailed(response.words)

    def _heed(self, warning: Response) -> None:
        """One that belongs to no command and names a time to wait is a request, and what is sent after it is refused."""
        asked = temporary(warning)
        if asked and asked.after:
            raise asked

    def _without_secrets(self, parts: list[bytes]) -> Response:
        """Only words that may be quoted: a tag, or what a server can do, may well hold a short password."""
        hidden, response = Response.of([self._hide(part) for part in parts]), Response.of(parts)
        if response.kind in (b"OK", b"PREAUTH", b"CAPABILITY"):
            return response
        kind = response.kind if response.kind in (b"NO", b"BAD", b"BYE") else hidden.kind
        return hidden._replace(tag=response.tag, kind=kind)

    @contextmanager
    def hiding(self, *secrets: bytes) -> Iterator[None]:
        """While these are sent: there are servers that repeat what they did not understand."""
        self._secrets = tuple(filter(None, secrets))
        trace = self.wire.trace
        if trace:
            self.wire.trace = lambda direction, line: trace(direction, self._hide(line))
        try:
            yield
        finally:
            self._secrets, self.wire.trace = (), trace

    def _hide(self, octets: bytes) -> bytes:
        for secret in self._secrets:
            octets = octets.replace(secret, b"***")
        return octets

    def _announce(self, names: bytes) -> None:
        self.capabilities = frozenset(names.decode("ascii", "replace").upper().split())

    def run(self, commands: Iterable[bytes], take: Taker | None = None) -> list[Response]:
        """Send all, a limited number ahead; what comes besides goes to ``take``. The answers in the order of the commands."""
        waiting: deque[tuple[bytes, int]] = deque()
        answers: dict[bytes, Response] = {}
        tags: list[bytes] = []
        octets = 0
        for command in commands:
            while waiting and (len(waiting) >= COMMANDS_AHEAD or octets + len(command) > OCTETS_AHEAD):
                octets -= self._await(waiting, answers, take)
            tags.append(self.send(command))
            waiting.append((tags[-1], len(command)))
            octets += len(command)
        while waiting:
            self._await(waiting, answers, take)
        return [answers[tag] for tag in tags]

    def foresee(self, commands: Iterable[bytes]) -> None:
        """Send what will probably be run first."""
        self._foreseen = [(command, self.send(command)) for command in commands]

    def run_foreseen(self, commands: list[bytes], take: Taker | None = None) -> list[Response]:
        """:meth:`run`; if exactly these have left already, only their answers are awaited."""
        foreseen, self._foreseen = self._foreseen, []
        if [command for command, _ in foreseen] == commands:
            return self._answers([tag for _, tag in foreseen], take)
        self._answers([tag for _, tag in foreseen])  # to a wrong guess
        return self.run(commands, take)

    def _answers(self, tags: list[bytes], take: Taker | None = None) -> list[Response]:
        waiting, answers = deque((tag, 0) for tag in tags), dict[bytes, Response]()
        while waiting:
            self._await(waiting, answers, take)
        return [answers[tag] for tag in tags]

    def _await(self, waiting: deque[tuple[bytes, int]], answers: dict[bytes, Response], take: Taker | None) -> int:
        tag, octets = waiting.popleft()
        while tag not in answers:
            response = self.receive()
            if response.tag == b"*":
                if take:
                    take(response)
            elif response.tag == tag or any(response.tag == other for other, _ in waiting):
                answers[response.tag] = response
            else:
                raise Retry("protocol_error", f"an answer that belongs to no command: {response.words}")
        return octets

    def command(self, line: bytes, take: Taker | None = None) -> Response:
        """One command that has to work: raises the error that a ``NO`` or ``BAD`` stands for."""
        return self.expect(self.run([line], take)[0])

    def expect(self, answer: Response) -> Response:
        """The answer, if it is ``OK``."""
        if answer.kind != b"OK":
            raise refusal(answer)
        return answer

    def ask_capabilities(self) -> None:
        """Unless the server has announced them by itself."""
        if not self.capabilities:
            self.command(b"CAPABILITY")

    def can(self, *names: str) -> bool:
        """Whether it announced any of these."""
        return not self.capabilities.isdisjoint(names)

    def has_ended(self) -> bool:
        """Whether the server has closed the session while nobody used it. What it says unasked is worth a question."""
        if not self.wire.has_more():
            return False
        try:
            self.run([b"NOOP"])
        except Retry as error:
            if error.code != "hung_up":
                raise
            return True
        return False

    def leave(self) -> None:
        """Sign out without waiting for the answer, and close."""
        with suppress(MailsyncError):  # the line is gone, and with it the session
            self.wire.stream.hurry(1.0)
            self.send(b"LOGOUT")
            self.wire.flush()
        self.wire.close()
