"""Asks everybody for the record that proves who owns a domain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

from domains.dns.answers import Answer
from domains.dns.asking import Asker
from domains.dns.delegation import Delegation, ask_authoritative, find
from domains.dns.judging import Evidence, judge
from domains.dns.tokens import PREFIX
from domains.dns.verification import Verification

KINDS = ("TXT", "MX")


async def verify(asker: Asker, domain: str, token: str, former: Iterable[str]) -> Verification:
    """All authoritative servers, over UDP and TCP and at each of their addresses, and the resolvers. Where the record
    is not found, it is also looked for where it is put by mistake."""
    at, delegation = datetime.now(UTC), await find(asker, domain)
    authoritative, resolvers = await asyncio.gather(
        _authoritative(asker, delegation), ask_resolvers(asker, domain, KINDS)
    )
    evidence = Evidence(domain, token, tuple(former), delegation, authoritative, resolvers)
    found = judge(evidence, at)
    if found.verified or not (delegation.speaking or any(answer.answered for answer in resolvers)):
        return found
    elsewhere = await _elsewhere(asker, delegation, token)
    return judge(Evidence(domain, token, tuple(former), delegation, authoritative, resolvers, elsewhere), at)


async def _authoritative(asker: Asker, delegation: Delegation) -> tuple[Answer, ...]:
    questions = (("TXT", False), ("TXT", True), ("MX", False))
    answers = await asyncio.gather(
        *(ask_authoritative(asker, delegation, delegation.domain, kind, tcp=tcp) for kind, tcp in questions)
    )
    return tuple(answer for each in answers for answer in each)


async def ask_resolvers(asker: Asker, name: str, kinds: Iterable[str]) -> tuple[Answer, ...]:
    asking = [asker.ask_resolver(server, name, kind) for kind in kinds for server in asker.network.resolvers]
    return tuple(await asyncio.gather(*asking))


async def _elsewhere(asker: Asker, delegation: Delegation, token: str) -> tuple[Answer, ...]:
    """One server that speaks for the domain is enough to explain a mistake, else a resolver."""
    names = list(_mistaken_names(delegation, token))
    if delegation.speaking:
        asking = [asker.ask(delegation.speaking[0], name, "TXT") for name in names]
    else:
        asking = [asker.resolve(name, "TXT") for name in names]
    return tuple(answer for answer in await asyncio.gather(*asking) if answer.records)


def _mistaken_names(delegation: Delegation, token: str) -> Iterable[str]:
    """The domain typed as the host though the form adds it, a host of the web, "@" taken literally, the value or a part
    of it as the host, the domain above or below."""
    domain, zone, number = delegation.domain, delegation.zone or delegation.domain, token.removeprefix(PREFIX)
    yield f"{domain}.{zone}"
    yield f"{domain.partition('.')[0]}.{domain}"
    for label in ("www", "@", "_ms", "ms", "txt", "mail", "_dnsauth", number, token):
        yield f"{label}.{domain}"
    if zone != domain:
        yield zone
