"""Where the mail server of an address might be, as the DNS tells: a suggestion for a person to confirm.

RFC 6186 section 6 warns that such an answer can be forged, so nothing is sent to the server that was found before somebody
has seen its name.
"""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.resolver
from dns.rdtypes.IN.SRV import SRV

from endpoints.models import Security

SECONDS = 2.0  # for one question; a person waits

SERVICES = (("_imaps._tcp", Security.TLS), ("_imap._tcp", Security.STARTTLS))  # RFC 8314 section 5.1: TLS first


@dataclass(frozen=True, slots=True)
class Found:
    server: str
    port: int
    security: Security


def find_imap_server(address: str) -> Found | None:
    """From the SRV records of the address's domain (RFC 6186), else ``imap.`` before the domain if that name exists."""
    domain = address.rpartition("@")[2].strip(".").lower()
    if "@" not in address or "." not in domain:
        return None
    try:
        return _from_srv(domain) or _from_habit(domain)
    except dns.exception.DNSException:  # no DNS server answers, or the domain is no domain
        return None


def _from_srv(domain: str) -> Found | None:
    for service, security in SERVICES:
        records = [record for record in _ask(f"{service}.{domain}", "SRV") if isinstance(record, SRV)]
        for record in sorted(records, key=lambda record: (record.priority, -record.weight)):
            if name := record.target.to_text(omit_final_dot=True).strip("."):  # "." says: not offered
                return Found(name, record.port, security)
    return None


def _from_habit(domain: str) -> Found | None:
    name = f"imap.{domain}"
    return Found(name, 993, Security.TLS) if _ask(name, "A") or _ask(name, "AAAA") else None


def _ask(name: str, kind: str) -> list[object]:
    try:
        return list(dns.resolver.resolve(name, kind, lifetime=SECONDS))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
