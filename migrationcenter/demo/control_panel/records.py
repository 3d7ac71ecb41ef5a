"""Records of the zone as such a page shows them: one a line, with a key to change it by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import dns.name
import dns.rdata
import dns.rdataset
import dns.rdatatype
import dns.zone
from dns.rdataclass import IN
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from migrationcenter.demo.people import DOMAIN

KINDS = ("A", "AAAA", "CNAME", "MX", "SRV", "TXT")
STRING = 255  # octets of one string of a TXT record (RFC 1035 section 3.3.14)
ZONE = dns.name.from_text(DOMAIN)


@dataclass(frozen=True, slots=True)
class Line:
    """``host`` is absolute without its final dot; ``value`` as people type it; ``priority`` is of MX records alone."""

    host: str
    kind: str
    value: str
    ttl: int
    priority: int | None = None

    @property
    def key(self) -> str:
        """Names the line in an address."""
        text = f"{self.host} {self.kind} {self.priority} {self.value}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def label(self) -> str:
        """What to type as the host."""
        return "@" if self.host == DOMAIN else self.host.removesuffix(f".{DOMAIN}")

    @property
    def can_change(self) -> bool:
        return self.kind in KINDS


def lines(zone: dns.zone.Zone) -> list[Line]:
    """Those of the domain itself first."""
    found = list(_lines(zone))
    return sorted(found, key=lambda line: (line.host != DOMAIN, line.host, line.kind, line.priority or 0, line.value))


def _lines(zone: dns.zone.Zone) -> Iterator[Line]:
    for name, records in zone.iterate_rdatasets():
        host, kind = name.to_text(omit_final_dot=True), dns.rdatatype.to_text(records.rdtype)
        for record in records:
            if isinstance(record, MX):
                yield Line(host, kind, record.exchange.to_text(True), records.ttl, record.preference)
            elif isinstance(record, TXT):
                yield Line(host, kind, b"".join(record.strings).decode("utf-8", "replace"), records.ttl)
            elif kind != "SOA":
                yield Line(host, kind, record.to_text().removesuffix("."), records.ttl)


def host_of(label: str) -> str:
    """Empty, ``@``, or a name within the domain. As at many DNS hosts the domain is added to all that has no final dot:
    contoso.com becomes contoso.com.contoso.com. Raises dns.exception.DNSException for what is no name of the domain."""
    typed = label.strip()
    name = ZONE if typed in {"", "@"} else dns.name.from_text(typed.lower(), ZONE)
    if not name.is_subdomain(ZONE):
        raise dns.name.NeedAbsoluteNameOrOrigin
    return name.to_text(omit_final_dot=True)


def add(zone: dns.zone.Zone, line: Line) -> None:
    """All records of a name and a kind have the lifetime of the newest (RFC 2181 section 5.2). Raises ValueError for an
    alias that would stand beside other records, or the other way round."""
    name = dns.name.from_text(line.host)
    node = zone.get_node(name)
    known = node.get_rdataset(IN, dns.rdatatype.from_text(line.kind)) if node else None
    others = [each.rdtype for each in node or () if each is not known]
    if (line.kind == "CNAME" and node) or dns.rdatatype.CNAME in others:
        raise ValueError(line.host)
    records = [*(known or ()), _record(line)]
    zone.replace_rdataset(name, dns.rdataset.from_rdata_list(line.ttl, records))


def remove(zone: dns.zone.Zone, line: Line) -> None:
    name = dns.name.from_text(line.host)
    records = zone.find_rdataset(name, line.kind)
    left = [record for record in records if record != _record(line)]
    if left:
        zone.replace_rdataset(name, dns.rdataset.from_rdata_list(records.ttl, left))
    else:
        zone.delete_rdataset(name, line.kind)


def _record(line: Line) -> dns.rdata.Rdata:
    """Raises dns.exception.DNSException where the value does not fit the kind."""
    kind = dns.rdatatype.from_text(line.kind)
    if line.kind == "TXT":
        octets = line.value.encode()
        return TXT(IN, kind, [octets[at : at + STRING] for at in range(0, len(octets), STRING)])
    value = line.value.strip()
    if line.kind in {"MX", "CNAME"}:
        value = dns.name.from_text(value).to_text()
    if line.kind == "MX":
        value = f"{line.priority or 0} {value}"
    if line.kind == "SRV":
        value = f"{value.removesuffix('.')}."
    return dns.rdata.from_text(IN, kind, value)
