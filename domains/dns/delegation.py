"""Which servers speak for a domain: those that the parent zone names, those that the zone itself names, and which are lame."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from domains.dns.answers import Answer, Problem, Server
from domains.dns.asking import Asker
from domains.dns.dns_hosts import recognise
from domains.dns.names import registrable
from domains.dns.reading import Referral

_PARENTS_ASKED = 3  # of the parent zone's servers, one after the other until one answers
_SILENT = {Problem.TIMEOUT, Problem.UNREACHABLE, Problem.CONNECTION_REFUSED, Problem.CLOSED}
_LAME = {Problem.LAME, Problem.REFUSED, Problem.SERVER_FAILURE, Problem.NOT_IMPLEMENTED, Problem.OTHER_RCODE}


class DelegationFault(StrEnum):
    NONE = ""
    NOT_REGISTERED = "not_registered"  # the parent's servers, or without them the resolvers, know no such domain
    NO_NAME_SERVERS = "no_name_servers"  # the name exists, and nobody says who speaks for it
    RESOLVERS_SILENT = "resolvers_silent"  # nothing could be found out from here
    ALL_LAME = "all_lame"  # some of its servers answer, none with authority
    SILENT = "silent"  # none of its servers answers; a firewall on the way looks the same


@dataclass(frozen=True, slots=True)
class NameServer:
    """One of the zone's servers at one of its addresses (several of one name are several). ``answer`` is what it said
    when asked for the zone's NS; None where the name has no address (``server.address`` is empty then)."""

    server: Server
    at_parent: bool
    in_zone: bool
    answer: Answer | None = None

    @property
    def problem(self) -> Problem:
        return self.answer.problem if self.answer else Problem.UNREACHABLE

    @property
    def lame(self) -> bool:
        """It answers, and not for this zone."""
        return self.problem in _LAME


@dataclass(frozen=True, slots=True)
class Delegation:
    """``zone`` holds the domain's records: the domain itself, or above it ("contoso.com" of "mail.contoso.com").
    ``parent_answered``: without that, ``at_parent`` means nothing."""

    domain: str
    zone: str
    servers: tuple[NameServer, ...]
    fault: DelegationFault = DelegationFault.NONE
    dns_host: str = ""  # code of domains.dns.dns_hosts, empty where unknown
    parent_answered: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.server.name for each in self.servers))

    @property
    def speaking(self) -> tuple[Server, ...]:
        """Those that answer with authority."""
        return tuple(each.server for each in self.servers if not each.problem)


@dataclass(frozen=True, slots=True)
class _Above:
    """What can be learnt before any of the zone's own servers is asked."""

    zone: str = ""
    by_parent: tuple[str, ...] = ()
    by_resolver: tuple[str, ...] = ()
    glue: tuple[tuple[str, str], ...] = ()
    fault: DelegationFault = DelegationFault.NONE
    parent_answered: bool = True


async def find(asker: Asker, domain: str) -> Delegation:
    above = await _above(asker, domain)
    if above.fault:
        return Delegation(domain, above.zone, (), above.fault, parent_answered=above.parent_answered)
    known = tuple(dict.fromkeys((*above.by_parent, *above.by_resolver)))
    asked = await _ask_all(asker, known, above)
    further = {record.text for _, answer in asked if answer and answer.answered for record in answer.records}
    asked += await _ask_all(asker, sorted(further.difference(known)), above)
    in_zone = {*above.by_resolver, *further}
    servers = tuple(
        NameServer(server, server.name in above.by_parent, server.name in in_zone, answer) for server, answer in asked
    )
    host = recognise([each.server.name for each in servers])
    return Delegation(
        domain, above.zone, servers, _fault(servers), host.code if host else "", above.parent_answered
    )  # fmt: skip


async def ask_authoritative(
    asker: Asker, delegation: Delegation, name: str, kind: str, *, tcp: bool = False
) -> tuple[Answer, ...]:
    """Of each server at each address. One that was silent a moment ago is not waited for again."""

    async def ask(each: NameServer) -> Answer:
        if each.answer and each.problem in _SILENT:
            return replace(each.answer, name=name, kind=kind, transport="tcp" if tcp else "udp")
        return await asker.ask(each.server, name, kind, tcp=tcp)

    return tuple(await asyncio.gather(*(ask(each) for each in delegation.servers if each.server.address)))


def _fault(servers: Iterable[NameServer]) -> DelegationFault:
    problems = {each.problem for each in servers}
    if Problem.NONE in problems:
        return DelegationFault.NONE
    return DelegationFault.ALL_LAME if problems & _LAME else DelegationFault.SILENT


async def _above(asker: Asker, domain: str) -> _Above:
    names = list(_upwards(domain, registrable(domain) or domain))
    answers = [await asker.resolve(names[0], "NS")]
    for name in names[1:]:
        if not _has_servers(answers[-1]):
            answers.append(await asker.resolve(name, "NS"))
    zone = next((answer.name for answer in answers if _has_servers(answer)), "")
    parent, said = await _ask_parents(asker, zone or domain)
    by_resolver = tuple(record.text for answer in answers if answer.name == zone for record in answer.records)
    if not zone:
        return _without_resolver(domain, names[-1], answers[-1], parent, said)
    by_parent = said.names if said.zone == zone else ()
    return _Above(zone, by_parent, by_resolver, said.glue, parent_answered=bool(by_parent))


def _without_resolver(domain: str, registered: str, last: Answer, parent: Answer | None, said: Referral) -> _Above:
    """Where no resolver gives name servers, the parent's word decides."""
    if said.zone and (said.zone == registered or said.zone.endswith(f".{registered}")):
        return _Above(said.zone, said.names, (), said.glue)
    reached = parent is not None and parent.answered
    decisive = parent if parent is not None and reached else last
    if not decisive.answered:
        return _Above(fault=DelegationFault.RESOLVERS_SILENT, parent_answered=False)
    missing = DelegationFault.NOT_REGISTERED if decisive.missing else DelegationFault.NO_NAME_SERVERS
    return _Above(fault=missing, parent_answered=reached)


def _has_servers(answer: Answer) -> bool:
    return bool(answer.records) and not answer.aliases


def _upwards(domain: str, last: str) -> Iterator[str]:
    """ "mail.contoso.com", "contoso.com" for example."""
    while domain != last and domain:
        yield domain
        domain = domain.partition(".")[2]
    yield last


async def _ask_parents(asker: Asker, zone: str) -> tuple[Answer | None, Referral]:
    """One of the servers above ``zone`` that answers: what it said, and whom it named."""
    for above in _upwards(zone.partition(".")[2], ""):
        found = await asker.resolve_once(above or ".", "NS")
        if found.records:
            return await _ask_in_turn(asker, [record.text for record in found.records], zone)
        if not found.answered:
            break
    return None, Referral()


async def _ask_in_turn(asker: Asker, names: list[str], zone: str) -> tuple[Answer | None, Referral]:
    said: Answer | None = None
    for name in sorted(names)[:_PARENTS_ASKED]:
        for server in await _addresses(asker, name, ()):
            said, named = await asker.ask_parent(server, zone)
            if said.answered:
                return said, named
    return said, Referral()


async def _ask_all(asker: Asker, names: Iterable[str], above: _Above) -> list[tuple[Server, Answer | None]]:
    found = await asyncio.gather(*(_addresses(asker, name, above.glue) for name in names))
    servers = [server for each in found for server in each]

    async def ask(server: Server) -> Answer | None:
        return await asker.ask(server, above.zone, "NS") if server.address else None

    return list(zip(servers, await asyncio.gather(*map(ask, servers)), strict=True))


async def _addresses(asker: Asker, name: str, glue: Iterable[tuple[str, str]]) -> list[Server]:
    """At each address; one without any where the name has none."""
    kinds = ("A", "AAAA") if asker.network.ipv6 else ("A",)
    answers = await asyncio.gather(*(asker.resolve_once(name, kind) for kind in kinds))
    known = [record.text for answer in answers for record in answer.records]
    known = known or [address for named, address in glue if named == name]
    return [Server(name, address, asker.network.port) for address in known] or [Server(name, "", asker.network.port)]
