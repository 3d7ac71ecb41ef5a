"""One question to one server and the packet that answers it, by dnspython."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Coroutine
from contextlib import suppress

import dns.asyncbackend
import dns.asyncquery
import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.query
from dns.message import Message

from domains.dns.answers import Problem, Server

_BACKEND = dns.asyncbackend.get_backend("asyncio")
_FIRST_TRY = 0.4  # of the time; then the question is sent once more, as a packet may be lost
_GRACE = 1.0  # seconds: it ends by itself, and then knows what came instead of an answer
_STRAY_PACKETS = 20  # so many that answer nothing, and no more is waited for
_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPERM, errno.EACCES}


class NoAnswer(Exception):
    """``detail``: the system's own words, or what was wrong with what came."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(detail or problem)
        self.problem, self.detail = problem, detail


async def exchange(query: Message, server: Server, seconds: float, *, tcp: bool = False) -> tuple[Message, str]:
    """The answer and its transport: UDP, and TCP where it did not fit or ``tcp`` asks for that. Each of the two has
    ``seconds``. Raises NoAnswer."""
    if not tcp:
        answer = await _guarded(_over_udp(query, server, seconds), seconds + _GRACE)
        if not answer.flags & dns.flags.TC:
            return answer, "udp"
    try:
        return await _guarded(_over_tcp(query, server), seconds), "tcp"
    except NoAnswer as error:
        if tcp:
            raise
        raise NoAnswer(Problem.TRUNCATED, f"TCP: {error.detail or error.problem}") from error


class _Arrivals(asyncio.DatagramProtocol):
    """What comes in at a socket, errors of the network among it."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.queue.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self.queue.put_nowait(exc)


async def _over_udp(query: Message, server: Server, seconds: float) -> Message:
    # Connected, so that the system takes packets of nobody else and says when nothing listens there.
    family, place = dns.inet.af_for_address(server.address), (server.address, server.port)
    loop, wire, strays = asyncio.get_running_loop(), query.to_wire(), _Strays()
    transport, arrivals = await loop.create_datagram_endpoint(_Arrivals, family=family, remote_addr=place)
    try:
        for share in (_FIRST_TRY, 1 - _FIRST_TRY):
            transport.sendto(wire)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds * share):
                    return await _receive(arrivals, query, strays)
    finally:
        transport.close()
    raise strays.verdict()


async def _receive(arrivals: _Arrivals, query: Message, strays: _Strays) -> Message:
    """Anybody can send a packet that answers nothing (RFC 5452): the right one may still come."""
    while True:
        arrived = await arrivals.queue.get()
        if isinstance(arrived, Exception):
            raise arrived
        try:
            answer = dns.message.from_wire(arrived, ignore_trailing=True)
        except Exception as error:
            strays.add(NoAnswer(Problem.MALFORMED, _words(error)))
            continue
        if query.is_response(answer):
            return answer
        strays.add(NoAnswer(Problem.MISMATCHED, f"an answer to another question, with the number {answer.id}"))


class _Strays:
    """Packets that came instead of the answer."""

    def __init__(self) -> None:
        self._count, self._first = 0, NoAnswer(Problem.TIMEOUT)

    def add(self, stray: NoAnswer) -> None:
        """Raises it when there are too many."""
        self._first = stray if not self._count else self._first
        self._count += 1
        if self._count >= _STRAY_PACKETS:
            raise self.verdict()

    def verdict(self) -> NoAnswer:
        return self._first


async def _over_tcp(query: Message, server: Server) -> Message:
    answer: Message = await dns.asyncquery.tcp(query, server.address, None, server.port, backend=_BACKEND)
    return answer


async def _guarded(asking: Coroutine[object, object, Message], seconds: float) -> Message:
    """Whatever goes wrong, as NoAnswer, and no later than in ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            return await asking
    except NoAnswer:
        raise
    except Exception as error:
        raise NoAnswer(_problem(error), _words(error)) from error


def _problem(error: Exception) -> Problem:
    match error:
        case TimeoutError():
            return Problem.TIMEOUT
        case EOFError() | ConnectionResetError() | BrokenPipeError():
            return Problem.CLOSED
        case OSError(errno=number):
            return Problem.UNREACHABLE if number in _NO_WAY else Problem.CONNECTION_REFUSED
        case dns.query.BadResponse():
            return Problem.MISMATCHED
    return Problem.MALFORMED  # dnspython's own errors, and whatever its readers stumble over


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if not isinstance(error, EOFError) else "the connection was closed"
