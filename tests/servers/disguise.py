"""A server that can do less than the Dovecot behind it: what is not announced is neither understood nor answered.

Dovecot can be told to announce less, but understands all the same; a client that relies on more than was announced would
pass its tests there, and fail at its first real server.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Sequence
from io import BufferedReader
from types import TracebackType
from typing import Self

from tests.servers.dovecot import Dovecot

Rules = Sequence[tuple[set[str], re.Pattern[bytes]]]

# Any one of these capabilities allows what matches in a command (RFC numbers: 2088 2177 2342 2971 3348 3502 3516 3691
# 4315 4731 4959 4978 5161 5258 5819 6154 6851 7162 7888 8438).
_COMMANDS: Rules = [
    ({"LITERAL+"}, re.compile(rb"\{(?:\d{5,}|409[7-9]|4[1-9]\d\d|[5-9]\d{3})\+\}$")),
    ({"LITERAL+", "LITERAL-"}, re.compile(rb"\{\d+\+\}$")),
    ({"BINARY"}, re.compile(rb"~\{\d+\+?\}$|BINARY(?:\.PEEK|\.SIZE)?\[")),
    ({"SASL-IR"}, re.compile(rb"^AUTHENTICATE \S+ \S")),
    ({"AUTH=PLAIN"}, re.compile(rb"^AUTHENTICATE PLAIN")),
    ({"CONDSTORE", "QRESYNC"}, re.compile(rb"MODSEQ|CHANGEDSINCE|UNCHANGEDSINCE|\(CONDSTORE\)")),
    ({"QRESYNC"}, re.compile(rb"\(QRESYNC|VANISHED")),
    ({"ESEARCH"}, re.compile(rb"^(?:UID )?SEARCH RETURN")),
    ({"LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE"}, re.compile(rb"^LIST (?:\(|.* RETURN \()")),
    ({"LIST-STATUS"}, re.compile(rb"^LIST .*STATUS \(")),
    ({"STATUS=SIZE"}, re.compile(rb"STATUS .*\(.*\bSIZE\b")),
    ({"CREATE-SPECIAL-USE"}, re.compile(rb"^CREATE .* \(USE")),
    ({"UIDPLUS"}, re.compile(rb"^UID EXPUNGE")),
    *(
        ({extension}, re.compile(rb"^(?:UID )?%s\b" % verb))
        for extension, verb in (
            ("COMPRESS=DEFLATE", b"COMPRESS"),
            ("ENABLE", b"ENABLE"),
            ("ID", b"ID"),
            ("IDLE", b"IDLE"),
            ("MOVE", b"MOVE"),
            ("NAMESPACE", b"NAMESPACE"),
            ("UNSELECT", b"UNSELECT"),
        )
    ),
]
# What such a server would not say, and so is cut out of the answers.
_ANSWERS: Rules = [
    ({"UIDPLUS"}, re.compile(rb"(?<= OK )\[(?:APPENDUID|COPYUID) [^\]]*\] ")),
    ({"CONDSTORE", "QRESYNC"}, re.compile(rb"(?<= OK )\[(?:HIGHESTMODSEQ|NOMODSEQ)[^\]]*\] ")),
    ({"SPECIAL-USE"}, re.compile(rb"(?<=[( ])\\(?:Archive|Drafts|Junk|Sent|Trash) ?(?=[^)]*\) \")")),
]
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")
_CAPABILITY = re.compile(rb"(?<=CAPABILITY )[^\]\r]*")
PIECE = 65_536


class Disguise:
    """A running ``server``, as far as ``capabilities`` go, for as long as the ``with`` block lasts. It does not encrypt."""

    host = "127.0.0.1"

    def __init__(self, server: Dovecot, capabilities: Sequence[str]) -> None:
        self._server = server
        self._announced = " ".join(capabilities).encode()
        known = set(capabilities)
        self._unknown = [pattern for names, pattern in _COMMANDS if not names & known]
        self._unsaid = [pattern for names, pattern in _ANSWERS if not names & known]
        self._multiappend = "MULTIAPPEND" in known
        self._threads: list[threading.Thread] = []
        self._sockets: set[socket.socket] = set()

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join()

    def add_user(self, name: str, password: str) -> None:
        self._server.add_user(name, password)

    def _start(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="disguise", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self._server.host, self._server.port))
                self._sockets |= {client, server}
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._start(self._hand_on, client, server, _Commands(self._unknown, self._multiappend, client))
                self._start(self._hand_on, server, client, _Answers(self._unsaid, self._announced))

    def _hand_on(self, giver: socket.socket, taker: socket.socket, censor: _Censor) -> None:
        with giver.makefile("rb") as lines, contextlib.suppress(OSError, _Refused):
            while line := lines.readline():
                taker.sendall(censor.allowed(line))
                if literal := _LITERAL.search(line):
                    _pass(lines, taker, int(literal[1]))
        for end in (giver, taker):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _pass(giver: BufferedReader, taker: socket.socket, octets: int) -> None:
    while octets and (piece := giver.read1(min(octets, PIECE))):
        taker.sendall(piece)
        octets -= len(piece)


class _Refused(Exception):
    """The client said what this server does not understand, and has been told so."""


class _Censor:
    def allowed(self, line: bytes) -> bytes:
        """What is handed on of a line; raises _Refused to end the connection."""
        raise NotImplementedError


class _Commands(_Censor):
    """One direction of one connection: what the client says."""

    def __init__(self, unknown: Sequence[re.Pattern[bytes]], multiappend: bool, client: socket.socket) -> None:
        self._unknown, self._multiappend, self._client = unknown, multiappend, client
        self._command = b""  # the first line of the command whose literal is being sent

    def allowed(self, line: bytes) -> bytes:
        text = line.rstrip(b"\r\n")
        tag, _, command = text.partition(b" ") if not self._command else (b"*", b"", text)
        if any(pattern.search(command) for pattern in self._unknown) or self._is_second_message(command):
            self._client.sendall(b"%s BAD I do not know how: %s\r\n* BYE That is enough\r\n" % (tag, command[:100]))
            raise _Refused
        self._command = (self._command or command) if _LITERAL.search(line) else b""
        return line

    def _is_second_message(self, rest: bytes) -> bool:
        """A literal that follows a literal, in an APPEND whose folder is not a literal."""
        return (
            not self._multiappend
            and self._command.startswith(b"APPEND")
            and _LITERAL.search(rest + b"\r\n") is not None
        )


class _Answers(_Censor):
    """The other direction: what the server says."""

    def __init__(self, unsaid: Sequence[re.Pattern[bytes]], announced: bytes) -> None:
        self._unsaid, self._announced = unsaid, announced

    def allowed(self, line: bytes) -> bytes:
        if b"CAPABILITY " in line[:80]:
            line = _CAPABILITY.sub(self._announced, line).replace(b"Dovecot", b"Somebody else")
        for pattern in self._unsaid:
            line = pattern.sub(b"", line)
        return line
