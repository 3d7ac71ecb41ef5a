"""Questions to DNS servers. Whatever a server does ends in an Answer: never an exception, never a hang."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import dns.exception
import dns.flags
import dns.message
import dns.rcode
from dns.message import Message, QueryMessage

from domains.dns.answers import Answer, Network, Problem, Record, Server
from domains.dns.packets import NoAnswer, exchange
from domains.dns.reading import Referral, read, referral

__all__ = ["Answer", "Asker", "Network", "Problem", "Record", "Server", "Traffic"]

OPEN_AT_ONCE = 300  # sockets of one check
AT_ONCE_TO_ONE = 20  # questions to one authoritative server; it may host all of the domains
GIVEN_UP_AFTER = 3  # questions that a server let time out, and none that it answered
PAYLOAD = 1232  # octets of a UDP answer that no network has to break up


class Traffic:
    """What is on its way in one check, of all its domains together."""

    def __init__(self) -> None:
        self._open = asyncio.Semaphore(OPEN_AT_ONCE)
        self._servers: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_TO_ONE))
        self._told: dict[tuple[str, str], asyncio.Future[Answer]] = {}
        self.silent = Counter[str]()  # by address: questions in vain; none once it has answered

    @asynccontextmanager
    async def place(self, server: Server, *, resolver: bool) -> AsyncIterator[None]:
        """Resolvers are asked without that bound: one bad domain keeps their answer, and not their others."""
        if resolver:
            async with self._open:
                yield
        else:
            async with self._servers[server.address], self._open:
                yield

    async def once(self, key: tuple[str, str], asking: Callable[[], Coroutine[None, None, Answer]]) -> Answer:
        """What the first who wants to know ``key`` is told."""
        if key not in self._told:
            self._told[key] = asyncio.ensure_future(asking())
        return await asyncio.shield(self._told[key])

    def given_up(self, server: Server) -> bool:
        return self.silent[server.address] >= GIVEN_UP_AFTER

    def note(self, answer: Answer) -> None:
        """One that answers is never given up: it may be slow with some names."""
        address = answer.server.address
        if answer.problem is not Problem.TIMEOUT:
            self.silent[address] = -1_000_000
        else:
            self.silent[address] += 1


class Asker:
    """Asks about one domain, until its time is up. ``ends`` is the event loop's time; questions after that get the
    answer TIMEOUT at once, so that whoever asks several always comes to an end with what is known."""

    def __init__(self, network: Network, traffic: Traffic, ends: float) -> None:
        self.network = network
        self._traffic, self._ends = traffic, ends

    async def ask(self, server: Server, name: str, kind: str, *, tcp: bool = False) -> Answer:
        """Of an authoritative server. An answer without authority is the problem LAME."""
        answer, _ = await self._answer(server, name, kind, tcp=tcp)
        return _lame(answer) if answer.answered and not answer.authoritative else answer

    async def ask_parent(self, server: Server, name: str) -> tuple[Answer, Referral]:
        """Whom a server above delegates ``name`` to."""
        answer, message = await self._answer(server, name, "NS")
        return answer, referral(message) if message else Referral()

    async def ask_resolver(self, server: Server, name: str, kind: str) -> Answer:
        """Where a resolver fails and would not, were signatures not checked, the problem is DNSSEC."""
        answer, message = await self._answer(server, name, kind, resolver=True)
        if answer.answered and not answer.authoritative and message and not message.flags & dns.flags.RA:
            return _lame(answer)  # it is no resolver, and knows only its own zones
        if answer.problem is not Problem.SERVER_FAILURE:
            return answer
        unchecked, _ = await self._answer(server, name, kind, resolver=True, checked=False)
        return replace(answer, problem=Problem.DNSSEC) if unchecked.answered else answer

    async def resolve(self, name: str, kind: str) -> Answer:
        """Of the first resolver that answers; one that was silent before is asked last. Without any, the last failure."""
        resolvers = sorted(self.network.resolvers, key=lambda each: self._traffic.silent[each.address])
        for resolver in resolvers:
            answer = await self.ask_resolver(resolver, name, kind)
            if answer.answered:
                return answer
        return answer

    async def resolve_once(self, name: str, kind: str) -> Answer:
        """The same for all domains of one check: servers of many domains are looked up once."""
        return await self._traffic.once((name, kind), lambda: self.resolve(name, kind))

    async def _answer(
        self, server: Server, name: str, kind: str, *, tcp: bool = False, resolver: bool = False, checked: bool = True
    ) -> tuple[Answer, Message | None]:
        nothing = Answer(server, "tcp" if tcp else "udp", name, kind, datetime.now(UTC), problem=Problem.TIMEOUT)
        try:
            query = _query(name, kind, resolver=resolver, checked=checked)
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            return replace(nothing, problem=Problem.MALFORMED, detail=str(error)), None
        if ":" in server.address and not self.network.ipv6:
            return replace(nothing, problem=Problem.UNREACHABLE, detail="IPv6 is switched off"), None
        async with self._traffic.place(server, resolver=resolver):
            if not resolver and self._traffic.given_up(server):
                return replace(nothing, detail="silent to all questions before"), None
            answer, message = await self._exchanged(nothing, query, tcp=tcp)
        self._traffic.note(answer)
        return answer, message

    async def _exchanged(self, nothing: Answer, query: QueryMessage, *, tcp: bool) -> tuple[Answer, Message | None]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        seconds = min(self.network.timeout, self._ends - began)
        if seconds <= 0:
            return replace(nothing, detail="no time was left"), None
        try:
            message, transport = await exchange(query, nothing.server, seconds, tcp=tcp)
            if message.rcode() == dns.rcode.FORMERR:  # of a server from before RFC 6891
                query.use_edns(False)
                message, transport = await exchange(query, nothing.server, seconds, tcp=tcp)
        except NoAnswer as error:
            took = round(1000 * (loop.time() - began))
            return replace(nothing, problem=error.problem, detail=error.detail, milliseconds=took), None
        took, said = round(1000 * (loop.time() - began)), read(message, nothing.kind)
        answer = Answer(
            nothing.server, transport, nothing.name, nothing.kind, nothing.at, said.rcode, said.authoritative,
            said.records, said.aliases, said.problem, said.detail, took,
        )  # fmt: skip
        return answer, message


def _lame(answer: Answer) -> Answer:
    return replace(answer, problem=Problem.LAME)


def _query(name: str, kind: str, *, resolver: bool, checked: bool) -> QueryMessage:
    flags = (dns.flags.RD if resolver else 0) | (0 if checked else dns.flags.CD)
    return dns.message.make_query(f"{name.rstrip('.')}.", kind, use_edns=0, payload=PAYLOAD, flags=flags)
