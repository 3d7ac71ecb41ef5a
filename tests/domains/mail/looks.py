"""What name servers said of contoso.com, kept as a worker keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domains.dns.answers import Answer, Record, Server
from domains.dns.mail import Asked, MailRecords, Question
from domains.dns.mx import MxAnswer, Observation
from domains.keeping import keep
from domains.models import Domain

OLD, NEW = ("10 mail.contoso.com",), ("0 contoso-com.mail.protection.outlook.com",)
SERVERS = ("ns1.contoso.com (192.0.2.1)", "ns2.contoso.com (192.0.2.2)")


def look(domain: Domain, at: datetime, *answers: tuple[str, ...] | None, ttl: int = 3600) -> Domain:
    """One answer of each of the two name servers, and of a resolver where there is a third."""
    given = [MxAnswer(server, hosts, ttl if hosts else 0) for server, hosts in zip(SERVERS, answers[:2], strict=True)]
    resolvers = [MxAnswer("192.0.2.53", hosts, ttl) for hosts in answers[2:]]
    keep(domain.pk, Observation(at, tuple(given), tuple(resolvers)), begun=at)
    domain.refresh_from_db()
    return domain


def records(domain: Domain, at: datetime, texts: Mapping[Question, Sequence[str]], *, ttl: int = 3600) -> Domain:
    """The mail records as one name server gives them; of the other questions it says that there is no such record."""
    server = Server("ns1.contoso.com", "192.0.2.1")
    asked = [
        Asked(
            question,
            (
                Answer(
                    server,
                    "udp",
                    domain.name,
                    question.upper(),
                    at,
                    rcode="NOERROR",
                    authoritative=True,
                    records=tuple(Record(text, ttl) for text in texts.get(question, ())),
                ),
            ),
        )
        for question in Question
    ]
    keep(domain.pk, MailRecords(domain.name, at, tuple(asked)), begun=at)
    domain.refresh_from_db()
    return domain
