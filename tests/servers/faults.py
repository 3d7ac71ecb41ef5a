"""A line between a client and a real server that breaks as it was told to: at this octet, in this way.

Unlike :class:`~tests.servers.faultproxy.FaultProxy` it knows where a line of IMAP ends, and its faults are data, so that a
whole schedule of them can be drawn at random and repeated.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

from tests.servers.door import Door, at_once

PIECE = 16_384
CRUMB = 7  # octets at once where a line dribbles
CRUMBS = 400  # octets that it does so
SETTLING_SECONDS = 30.0
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n\Z")


class Way(StrEnum):
    CUT = "cut"  # both ends see the connection closed
    RESET = "reset"  # the client gets a RST
    STALL = "stall"  # nothing more passes in this direction, ever
    LATE = "late"  # nothing more passes in this direction until the client has gone; then it does
    HALF_OPEN = "half open"  # nothing more passes either way, and neither end is told
    GARBAGE = "garbage"  # something comes that no server should say, between two of its lines
    DRIBBLE = "dribble"  # a few octets at a time
    REFUSE = "refuse"  # the next connections are reset


@dataclass(frozen=True, slots=True)
class Fault:
    """``after`` so many octets in one direction, all connections counted together; for REFUSE, that many connections."""

    way: Way
    after: int
    from_server: bool = True
    garbage: bytes = b""


@dataclass(slots=True)
class _Connection:
    client: socket.socket
    server: socket.socket
    dead: bool = False
    threads: list[threading.Thread] = field(default_factory=list)


class FaultyLine:
    """Listens on ``port`` for as long as the ``with`` block lasts. Without faults it hands everything on."""

    host = "127.0.0.1"

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._lock = threading.Lock()
        self._pending: dict[bool, deque[Fault]] = {True: deque(), False: deque()}
        self._refusals: list[int] = []
        self._passed = {True: 0, False: 0}
        self.accepted = 0
        self._connections: list[_Connection] = []
        self.happened: list[Fault] = []

    def __enter__(self) -> Self:
        self._door = Door(self._accept, "faulty line")
        self.port = self._door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()
        self.settle()

    def plan(self, faults: Iterable[Fault]) -> None:
        """From now on, counting from nought."""
        planned = sorted(faults, key=lambda fault: fault.after)
        with self._lock:
            for from_server in (True, False):
                chosen = (f for f in planned if f.from_server is from_server and f.way is not Way.REFUSE)
                self._pending[from_server] = deque(chosen)
                self._passed[from_server] = 0
            self._refusals = [fault.after for fault in planned if fault.way is Way.REFUSE]
            self.accepted = 0
            self.happened = []

    def settle(self) -> None:
        """No more faults; all clients are gone, and the server has done what it had heard of them."""
        self.plan(())
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            _end(connection.client)
            for thread in connection.threads:
                thread.join(SETTLING_SECONDS)
            for end in (connection.client, connection.server):
                end.close()

    def _accept(self, clients: Iterator[socket.socket]) -> None:
        with contextlib.suppress(OSError):
            for client in clients:
                with self._lock:
                    self._meet(client)

    def _meet(self, client: socket.socket) -> None:
        self.accepted += 1
        if self.accepted - 1 in self._refusals:
            _reset(client)
            return
        connection = _Connection(client, socket.create_connection(self._server))
        at_once(connection.server)
        pumps = (_Pump(self, connection, True), _Pump(self, connection, False))
        connection.threads = [threading.Thread(target=pump.run, name="faulty line", daemon=True) for pump in pumps]
        self._connections.append(connection)
        for thread in connection.threads:
            thread.start()

    def due(self, from_server: bool, octets: int) -> tuple[int, Fault | None]:
        """How many of the next octets pass before the next fault of this direction, which comes after them; None if all."""
        with self._lock:
            pending = self._pending[from_server]
            here = max(0, pending[0].after - self._passed[from_server]) if pending else octets
            if not pending or here >= octets:
                self._passed[from_server] += octets
                return octets, None
            self._passed[from_server] += here
            self.happened.append(pending[0])
            return here, pending.popleft()


class _Pump:
    """One direction of one connection."""

    def __init__(self, line: FaultyLine, connection: _Connection, from_server: bool) -> None:
        self._line, self._connection, self._from_server = line, connection, from_server
        ends = (connection.server, connection.client)
        self._giver, self._taker = ends if from_server else ends[::-1]
        self._held: list[bytes] | None = None  # since a stall
        self._late = False
        self._garbage = b""  # to be said at the end of this line
        self._crumbs = 0
        self._lines = _Lines()

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while piece := self._giver.recv(PIECE):
                self._pass(piece)
        if self._late and self._held:
            with contextlib.suppress(OSError):
                self._taker.sendall(b"".join(self._held))
        if self._from_server:
            _end(self._connection.client)
        else:
            with contextlib.suppress(OSError):
                self._connection.server.shutdown(socket.SHUT_WR)  # it is read to its end by the other pump

    def _pass(self, piece: bytes) -> None:
        while piece:
            octets, fault = self._line.due(self._from_server, len(piece))
            self._give(piece[:octets])
            piece = piece[octets:]
            if fault:
                self._break(fault)

    def _give(self, piece: bytes) -> None:
        if self._connection.dead:
            return
        if self._held is not None:
            self._held.append(piece)
            return
        for part, line_ends in self._lines.parts(piece):
            self._send(part)
            if line_ends and self._garbage:
                self._send(self._garbage)
                self._garbage = b""

    def _send(self, piece: bytes) -> None:
        try:
            while self._crumbs > 0 and piece:
                self._taker.sendall(piece[:CRUMB])
                self._crumbs, piece = self._crumbs - CRUMB, piece[CRUMB:]
            self._taker.sendall(piece)
        except OSError:
            self._connection.dead = True  # what the other end still says is read all the same, so that it can finish

    def _break(self, fault: Fault) -> None:
        ways: dict[Way, Callable[[], None]] = {
            Way.CUT: self._cut,
            Way.RESET: self._reset,
            Way.HALF_OPEN: self._die,
            Way.STALL: self._stall,
            Way.LATE: self._be_late,
            Way.DRIBBLE: self._dribble,
            Way.GARBAGE: lambda: setattr(self, "_garbage", fault.garbage),
        }
        ways[fault.way]()

    def _cut(self) -> None:
        self._connection.dead = True
        _end(self._connection.client)
        with contextlib.suppress(OSError):
            self._connection.server.shutdown(socket.SHUT_WR)

    def _reset(self) -> None:
        self._connection.dead = True
        _reset(self._connection.client)
        with contextlib.suppress(OSError):
            self._connection.server.shutdown(socket.SHUT_WR)

    def _die(self) -> None:
        self._connection.dead = True

    def _stall(self) -> None:
        self._held = []

    def _be_late(self) -> None:
        self._held, self._late = [], True

    def _dribble(self) -> None:
        self._crumbs = CRUMBS


class _Lines:
    """Finds the ends of lines, and passes over literals."""

    def __init__(self) -> None:
        self._literal = 0  # octets of it that are still to come
        self._line = b""  # the end of the line that has begun

    def parts(self, piece: bytes) -> Iterable[tuple[bytes, bool]]:
        """The piece in parts, and whether a response may end behind each."""
        at = 0
        while at < len(piece):
            begin = at
            if self._literal:
                at = min(len(piece), at + self._literal)
                self._literal -= at - begin
                yield piece[begin:at], False
                continue
            end = piece.find(b"\n", at)
            at = end + 1 if end >= 0 else len(piece)
            self._line = (self._line + piece[begin:at])[-30:]
            literal = _LITERAL.search(self._line)
            yield piece[begin:at], end >= 0 and not literal
            self._literal = int(literal[1]) if literal else 0
            self._line = b"" if end >= 0 else self._line


def _end(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _reset(connected: socket.socket) -> None:
    """With RST, as a firewall or a crashed machine does; it leaves when the last thread has stopped reading."""
    with contextlib.suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connected.shutdown(socket.SHUT_RD)
    connected.close()
