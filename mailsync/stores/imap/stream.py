"""Octets to and fro, waited for with patience: in short spells, between which it is asked whether to go on at all."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from select import POLLIN, POLLOUT, poll
from time import monotonic
from typing import Final, TypeAlias, TypeVar

from mailsync.errors import Retry

SPELL: Final = 1.0  # seconds between two questions whether to go on
PROGRESS: Final = 1_000  # octets; a line on which fewer come while we wait stands still, however often they come
QUIET: Final = 10.0  # seconds a line may stand still after nobody wants it any more
CHATTER: Final = 60.0  # seconds a server may go on talking then, of something else than messages
ACKNOWLEDGE: Final[int] = getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY)  # elsewhere what is set already
TLS_PIECE: Final = 16 * 1024  # the largest TLS record (RFC 8446 5.1): asking for more only reserves memory
PLAIN_PIECE: Final = 256 * 1024

Socket: TypeAlias = socket.socket
Wanted = Callable[[], bool]
A = TypeVar("A")
R = TypeVar("R")


def always() -> bool:
    return True


class Stream:
    """A connected socket. Every method raises Retry when the line is broken, stands still for ``timeout`` seconds, or is
    not wanted any more; ``wanted`` may raise errors of its own."""

    def __init__(self, sock: socket.socket, timeout: float, wanted: Wanted = always) -> None:
        self.socket = sock
        self.timeout = timeout
        self.wanted = wanted
        self.piece = TLS_PIECE if hasattr(sock, "pending") else PLAIN_PIECE  # what is best asked for at once
        self._poll = poll()
        self._poll.register(sock, 0)
        self._waited = 0.0  # seconds without progress
        self._octets = 0  # that came meanwhile
        self._asked_at = monotonic()
        self._unwanted_at = 0.0
        sock.setblocking(False)

    def recv_into(self, buffer: memoryview) -> int:
        """At least one octet; how many."""
        octets = self._came(self._patiently(self.socket.recv_into, buffer, POLLIN))
        self._note_lines(buffer[:octets])
        return octets

    @contextmanager
    def woken_by(self, octets: int) -> Iterator[None]:
        """Not before so many are there, or a spell has passed: to be woken can cost more than what has come."""
        if octets <= 1:
            yield
            return
        self._set_low_water(octets)
        try:
            yield
        finally:
            self._set_low_water(1)

    def _set_low_water(self, octets: int) -> None:
        with suppress(OSError):  # not every kind of socket knows this
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, octets)

    def recv(self, size: int) -> bytes:
        """At least one octet and at most ``size``."""
        piece = self._patiently(self.socket.recv, size, POLLIN)
        self._came(len(piece))
        return piece

    def sendall(self, data: bytes | bytearray | memoryview) -> None:
        view, sent = memoryview(data), 0
        while sent < len(view):
            sent += self._came(self._patiently(self.socket.send, view[sent:], POLLOUT))

    def has_more(self) -> bool:
        """Whether something can be received without waiting."""
        pending = getattr(self.socket, "pending", None)  # of TLS: received, and not asked for yet
        if pending and pending():
            return True
        return self._ready(POLLIN, 0)

    def demand_wanted(self) -> None:
        """Between two responses: raises Retry if the server goes on talking though nobody listens any more."""
        if self._unwanted_at and monotonic() - self._unwanted_at > CHATTER:
            raise Retry("timeout", f"the server was still talking {CHATTER:g} seconds after the work had to stop")

    def hurry(self, seconds: float) -> None:
        """For the last words of a session, which nobody can call off any more."""
        self.timeout, self.wanted, self._waited, self._unwanted_at = seconds, always, 0.0, 0.0

    def close(self) -> None:
        with suppress(OSError):  # there is nothing left to lose
            self.socket.close()

    # Patience

    def _patiently(self, do: Callable[[A], R], argument: A, event: int) -> R:
        while True:
            try:
                return do(argument)
            except BlockingIOError:
                self._wait(event)
            except OSError as error:
                self._wait(_awaited(error))

    def _came(self, octets: int) -> int:
        """Or went: how many."""
        if not octets:
            raise Retry("hung_up", "the server closed the connection")
        self._octets += octets
        if self._octets >= PROGRESS:
            self._octets, self._waited = 0, 0.0
        self._ask_if_due(monotonic())
        return octets

    def _note_lines(self, came: bytes | memoryview) -> None:
        """A line is progress, however short it is; of much we know that already."""
        if self._waited and b"\n" in bytes(came):
            self._waited = 0.0

    def _wait(self, event: int) -> None:
        """Until it is ready or a spell has passed."""
        if event == POLLIN:
            self._acknowledge()
        began = monotonic()
        self._ready(event, min(SPELL, self.timeout))
        now = monotonic()
        self._waited += now - began
        self._ask_if_due(now)
        if self._waited >= self.timeout:
            raise Retry("timeout", "the server did not answer in time")
        if self._unwanted_at and self._waited >= QUIET:
            raise Retry("timeout", f"the work had to stop, and the server had not answered for {QUIET:g} seconds")

    def _acknowledge(self) -> None:
        """What has come, now. A server that writes an answer in two pieces sends the second when the first is acknowledged
        (RFC 896), which Linux puts off for 40 ms (RFC 1122 section 4.2.3.2): at every answer of Cyrus and Courier."""
        with suppress(OSError):  # no TCP, or a broken line: whoever reads next learns it
            self.socket.setsockopt(socket.IPPROTO_TCP, ACKNOWLEDGE, 1)

    def _ready(self, event: int, seconds: float) -> bool:
        self._poll.modify(self.socket, event)
        return bool(self._poll.poll(1000 * seconds))

    def _ask_if_due(self, now: float) -> None:
        if now - self._asked_at < SPELL or self._unwanted_at:
            return
        self._asked_at = now
        if not self.wanted():
            self._unwanted_at = now


def _awaited(error: OSError) -> int:
    """What TLS has to wait for. Any other error is the end of the connection."""
    import ssl  # slow to import; whoever uses TLS has done so

    if isinstance(error, ssl.SSLWantReadError):
        return POLLIN
    if isinstance(error, ssl.SSLWantWriteError):
        return POLLOUT
    raise Retry("hung_up", str(error) or type(error).__name__) from error
