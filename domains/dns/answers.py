"""What is asked of DNS servers, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who is asked: "ns1.contoso.com", or for a resolver any name that people know it by."""

    name: str
    address: str  # IPv4 or IPv6
    port: int = 53

    def __str__(self) -> str:
        where = self.address if self.port == 53 else f"{self.address} port {self.port}"
        return f"{self.name} ({where})" if self.name and self.name != self.address else where


@dataclass(frozen=True, slots=True)
class Network:
    """How the DNS is reached. ``port`` is that of authoritative servers; a resolver has its own."""

    resolvers: tuple[Server, ...]
    port: int = 53
    timeout: float = 3.0  # seconds that a server has for one answer, over UDP with one repetition
    patience: float = 20.0  # seconds that all questions about one domain may take
    ipv6: bool = True


RECORDS_KEPT, TEXT_KEPT = 50, 1000  # of an answer, and characters of a record


class Problem(StrEnum):
    """Why an Answer says nothing about the records. NXDOMAIN is no problem: it is an answer."""

    NONE = ""
    TIMEOUT = "timeout"
    CONNECTION_REFUSED = "connection_refused"  # nothing listens there
    CLOSED = "closed"  # the connection ended before an answer came
    UNREACHABLE = "unreachable"  # no way from here, as without IPv6
    MALFORMED = "malformed"  # no DNS packet
    MISMATCHED = "mismatched"  # only answers to other questions came, with other ids
    TRUNCATED = "truncated"  # over UDP, and TCP does not work
    SERVER_FAILURE = "server_failure"
    DNSSEC = "dnssec"  # a resolver refuses what it would give without checking signatures
    REFUSED = "refused"
    NOT_IMPLEMENTED = "not_implemented"
    OTHER_RCODE = "other_rcode"
    LAME = "lame"  # delegated to, and answers without authority
    CNAME_LOOP = "cname_loop"


@dataclass(frozen=True, slots=True)
class Record:
    """``text``: of a TXT its strings joined and without quotes, of others as in a zone file, names in lower case and
    without a final dot ("10 mail.contoso.com"). ``ttl`` in seconds; of a resolver what is left of it."""

    text: str
    ttl: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What one server said to one question. ``records`` are those of ``kind`` at the end of ``aliases``, the CNAMEs
    on the way from ``name``."""

    server: Server
    transport: str  # "udp" or "tcp": how the answer came
    name: str
    kind: str  # "TXT"
    at: datetime
    rcode: str = ""  # "NOERROR", "NXDOMAIN" ...; empty where no answer came
    authoritative: bool = False
    records: tuple[Record, ...] = ()
    aliases: tuple[Record, ...] = ()
    problem: Problem = Problem.NONE
    detail: str = ""  # the server's or the system's own words
    milliseconds: int = 0
    left_out: int = 0  # records that ``brief`` has dropped

    @property
    def answered(self) -> bool:
        """Whether it proves something: there are such records, or there are none."""
        return not self.problem

    def brief(self) -> Answer:
        """To be kept: a server may answer with thousands of records, or with 64 KB in one. Those with a version or a
        token come first."""
        wanted = sorted(self.records, key=lambda record: not record.text.lower().startswith(("v=", "ms")))
        records = tuple(Record(_brief(record.text), record.ttl) for record in wanted[:RECORDS_KEPT])
        return replace(self, records=records, left_out=max(0, len(self.records) - RECORDS_KEPT))

    @property
    def missing(self) -> bool:
        """The name does not exist at all."""
        return self.rcode == "NXDOMAIN"


def _brief(text: str) -> str:
    return text if len(text) <= TEXT_KEPT else f"{text[:TEXT_KEPT]}…"
