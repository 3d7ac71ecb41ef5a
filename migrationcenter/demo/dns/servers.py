"""The name servers on this machine: sockets first, so that their port is known, then a thread that answers."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.zone

from migrationcenter.demo.dns.authority import answer
from migrationcenter.demo.dns.records import ELSEWHERE, PRIMARY, SECONDARY, first_zone
from migrationcenter.demo.dns.resolver import Resolver
from migrationcenter.demo.dns.zone_file import ZoneFile

LAG = 12.0  # seconds until the secondary has what the primary has: long enough to be seen on a page
PLAIN, LARGEST = 512, 4096  # octets of an answer by UDP: without EDNS, and with it
LONGEST = 65535  # octets of an answer by TCP
TRIES = 20  # ports
Answer = Callable[[dns.message.Message], dns.message.Message]


@dataclass(frozen=True, slots=True)
class Door:
    """Where one server listens, by UDP and TCP."""

    udp: socket.socket
    tcp: socket.socket


@dataclass(frozen=True, slots=True)
class Doors:
    """``secondary`` is None on systems that have one loopback address only."""

    port: int
    primary: Door
    secondary: Door | None

    @property
    def settings(self) -> dict[str, str]:
        """Those by which the product asks here."""
        return {"DNS_RESOLVERS": PRIMARY, "DNS_PORT": str(self.port)}


@contextmanager
def open_doors(port: int = 0) -> Iterator[Doors]:
    """Both addresses at one port: the given one, or any that is free."""
    with ExitStack() as held:
        yield _open(held, port)


def _open(held: ExitStack, port: int) -> Doors:
    for left in reversed(range(1 if port else TRIES)):
        try:
            primary = _door(held, PRIMARY, port)
        except OSError:
            if not left:
                raise
            continue
        found = primary.udp.getsockname()[1]
        secondary = None
        with suppress(OSError):
            secondary = _door(held, SECONDARY, found)
        return Doors(found, primary, secondary)
    raise AssertionError


def _door(held: ExitStack, address: str, port: int) -> Door:
    udp = held.enter_context(closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))
    udp.bind((address, port))
    tcp = held.enter_context(closing(socket.create_server((address, udp.getsockname()[1]))))
    return Door(udp, tcp)


class Organization:
    """The zone of the file as the primary has it, and as the secondary has it some seconds later."""

    def __init__(self, file: ZoneFile, lag: float) -> None:
        self._file, self._lag = file, lag
        self._versions: list[tuple[float, dns.zone.Zone]] = [(0.0, file.read())]
        self._read = file.changed_at()

    def newest(self) -> dns.zone.Zone:
        changed = self._file.changed_at()
        # Somebody who edits the file by hand may have made a mistake: the last good zone stays.
        with suppress(dns.exception.DNSException):
            if changed != self._read:
                self._read = changed
                self._versions.append((changed, self._file.read()))
        return self._versions[-1][1]

    def followed(self) -> dns.zone.Zone:
        self.newest()
        before = time.time() - self._lag
        there = [zone for changed, zone in self._versions if changed <= before] or [self._versions[0][1]]
        return there[-1]


class NameServers(threading.Thread):
    """Answers at the doors until it is left. The primary is a resolver too, for who asks it for recursion."""

    def __init__(self, doors: Doors, path: Path, *, lag: float = LAG) -> None:
        super().__init__(name="name servers", daemon=True)
        if not path.exists():
            path.write_text(first_zone(followed=doors.secondary is not None))
        self._doors = doors
        self._zone = Organization(ZoneFile(path), lag)
        self._elsewhere = [dns.zone.from_text(text, origin, relativize=False) for origin, text in ELSEWHERE.items()]
        # It asks who hears last of a change.
        self._resolver = Resolver(self._secondary if doors.secondary else self._primary, time.monotonic)
        self._ready = threading.Event()

    def __enter__(self) -> NameServers:
        self.start()
        self._ready.wait()
        return self

    def __exit__(self, *_what: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.join()

    def run(self) -> None:
        asyncio.run(self._answer_until_left())

    async def _answer_until_left(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with AsyncExitStack() as serving:
            await self._serve(self._doors.primary, self._either, serving)
            if self._doors.secondary:
                await self._serve(self._doors.secondary, self._secondary, serving)
            self._ready.set()
            await self._over.wait()

    async def _serve(self, door: Door, answer: Answer, serving: AsyncExitStack) -> None:
        # Copies: the sockets stay open, for who starts the servers again at the same place.
        datagrams, _ = await self._loop.create_datagram_endpoint(lambda: _Datagrams(answer), sock=door.udp.dup())
        serving.callback(datagrams.close)

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _converse(reader, writer, answer)

        serving.callback((await asyncio.start_server(converse, sock=door.tcp.dup())).close)

    def _either(self, query: dns.message.Message) -> dns.message.Message:
        if query.flags & dns.flags.RD and len(query.question) == 1:
            return self._resolver.answer(query)
        return self._primary(query)

    def _primary(self, query: dns.message.Message) -> dns.message.Message:
        return answer(query, [*self._elsewhere, self._zone.newest()])

    def _secondary(self, query: dns.message.Message) -> dns.message.Message:
        return answer(query, [*self._elsewhere, self._zone.followed()])


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # not by inheritance before Python 3.12

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        with suppress(dns.exception.DNSException):  # what is no question gets no answer
            query = dns.message.from_wire(data)
            self._transport.sendto(_fitting(self._answer(query), query), addr)


def _fitting(response: dns.message.Message, query: dns.message.Message) -> bytes:
    room = min(max(query.payload, PLAIN), LARGEST) if query.edns >= 0 else PLAIN
    try:
        return response.to_wire(max_size=room)
    except dns.exception.TooBig:
        short = dns.message.make_response(query)
        short.flags |= dns.flags.TC
        return short.to_wire()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Questions by TCP, one after the other (RFC 7766)."""
    with suppress(asyncio.IncompleteReadError, ConnectionError, dns.exception.DNSException), closing(writer):
        while True:
            length = int.from_bytes(await reader.readexactly(2))
            # What the question says of room is of UDP alone.
            wire = answer(dns.message.from_wire(await reader.readexactly(length))).to_wire(max_size=LONGEST)
            writer.write(len(wire).to_bytes(2) + wire)
            await writer.drain()
