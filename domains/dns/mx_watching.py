"""One look at the MX records of a domain, at all who speak for it and at the resolvers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from domains.dns.answers import Answer
from domains.dns.asking import Asker
from domains.dns.delegation import ask_authoritative, find
from domains.dns.mx import MxAnswer, Observation
from domains.dns.verifying import ask_resolvers


async def look(asker: Asker, domain: str) -> Observation:
    """Servers whose names have no address just now are there too: they are silent, not gone."""
    delegation = await find(asker, domain)
    authoritative, resolvers = await asyncio.gather(
        ask_authoritative(asker, delegation, domain, "MX"), ask_resolvers(asker, domain, ["MX"])
    )
    nowhere = (each.server.name for each in delegation.servers if not each.server.address)
    silent = tuple(MxAnswer(name, None, detail="no address") for name in nowhere)
    return Observation(datetime.now(UTC), (*map(_seen, authoritative), *silent), tuple(map(_seen, resolvers)))


def _seen(answer: Answer) -> MxAnswer:
    server = str(answer.server)
    if not answer.answered:
        return MxAnswer(server, None, detail=answer.detail or answer.problem)
    hosts = tuple(sorted(record.text for record in answer.records))
    return MxAnswer(server, hosts, max((record.ttl for record in answer.records), default=0))
