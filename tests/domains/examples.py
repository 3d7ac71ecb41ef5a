"""Domains and looks at them for tests, as if name servers had been asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from domains.dns.asking import Answer, Problem, Record, Server
from domains.dns.delegation import Delegation
from domains.dns.verification import Finding, Seen, Verification
from domains.keeping import keep
from domains.models import Domain
from domains.services import add_domain

NS1, NS2 = Server("ns1.example.net", "192.0.2.53"), Server("ns2.example.net", "198.51.100.53")
RESOLVER = Server("9.9.9.9", "9.9.9.9")


def answer(server: Server, *texts: str, at: datetime, **more: Any) -> Answer:
    given: dict[str, Any] = {"transport": "udp", "name": "contoso.com", "kind": "TXT", "rcode": "NOERROR"}
    records = tuple(Record(text, 3600) for text in texts)
    given |= {"authoritative": server is not RESOLVER, "milliseconds": 12, "records": records}
    return Answer(server, at=at, **(given | more))


def verification(domain: Domain, *findings: Seen, by: str = "", at: datetime | None = None) -> Verification:
    """Two servers and a resolver; one of them is slow. What they have is the token where ``by`` says that it was found."""
    at = at or timezone.now()
    text = domain.token if by else domain.token.removeprefix("MS=")
    answers = (
        answer(NS1, "v=spf1 include:spf.contoso.com -all", text, at=at, name=domain.name),
        answer(NS2, at=at, name=domain.name, problem=Problem.TIMEOUT, rcode="", milliseconds=3000),
        answer(RESOLVER, "v=spf1 include:spf.contoso.com -all", at=at, name=domain.name),
    )
    delegation = Delegation(domain.name, domain.name, ())
    return Verification(domain.name, at, by, int(bool(by)), 1, findings, answers, delegation)


def nearly(domain: Domain) -> Verification:
    """The record is there without its prefix."""
    text = domain.token.removeprefix("MS=")
    missing = Seen(Finding.MISSING_PREFIX, (NS1,), domain.name, text)
    return verification(domain, missing, Seen(Finding.NO_ANSWER, (NS2,)))


def waiting_domain(name: str) -> Domain:
    """Somebody said that the record is set, and the servers say otherwise."""
    domain = add_domain(name, by=None)
    Domain.objects.filter(pk=domain.pk).update(asked_at=timezone.now())
    keep(domain.pk, nearly(domain), begun=timezone.now())
    return Domain.objects.get(pk=domain.pk)


def verified_domain(name: str) -> Domain:
    domain = add_domain(name, by=None)
    keep(domain.pk, verification(domain, by="TXT"), begun=timezone.now())
    return Domain.objects.get(pk=domain.pk)
