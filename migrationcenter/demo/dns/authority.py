"""What an authoritative server answers from its zones (RFC 1034 section 4.3.2)."""

from __future__ import annotations

from collections.abc import Sequence

import dns.flags
import dns.message
import dns.name
import dns.node
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone

CHAIN = 8  # CNAMEs in a row


def answer(query: dns.message.Message, zones: Sequence[dns.zone.Zone]) -> dns.message.Message:
    """From the closest of the zones; REFUSED where none holds the name."""
    response = dns.message.make_response(query)
    if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
        response.set_rcode(dns.rcode.NOTIMP)
        return response
    question = query.question[0]
    zone = _closest(question.name, zones)
    if zone is None:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    response.flags |= dns.flags.AA
    _fill(response, question.name, question.rdtype, zone)
    return response


def _closest(name: dns.name.Name, zones: Sequence[dns.zone.Zone]) -> dns.zone.Zone | None:
    above = [zone for zone in zones if name.is_subdomain(_origin(zone))]
    return max(above, key=lambda zone: len(_origin(zone)), default=None)


def _fill(response: dns.message.Message, name: dns.name.Name, kind: int, zone: dns.zone.Zone) -> None:
    """The records asked for, with the CNAMEs that lead to them within the zone."""
    for _step in range(CHAIN):
        node = zone.get_node(name)
        found = _records(node, name, kind)
        alias = _records(node, name, dns.rdatatype.CNAME)
        if found or alias is None:
            break
        response.answer.append(alias)
        name = alias[0].target
        if not name.is_subdomain(_origin(zone)):
            return
    if found:
        response.answer.append(found)
        return
    if node is None and not any(known.is_subdomain(name) for known in zone.nodes):
        response.set_rcode(dns.rcode.NXDOMAIN)
    soa = _records(zone.get_node(_origin(zone)), _origin(zone), dns.rdatatype.SOA)
    response.authority += [soa] if soa else []


def _records(node: dns.node.Node | None, name: dns.name.Name, kind: int) -> dns.rrset.RRset | None:
    found = node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.RdataType.make(kind)) if node else None
    return dns.rrset.from_rdata_list(name, found.ttl, list(found)) if found else None


def _origin(zone: dns.zone.Zone) -> dns.name.Name:
    assert zone.origin is not None  # noqa: S101 (every zone here is read with one)
    return zone.origin
