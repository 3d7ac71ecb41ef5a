"""A caching resolver: it asks the authoritative servers, and keeps what they said for as long as they allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from migrationcenter.demo.dns.authority import CHAIN

Ask = Callable[[dns.message.Message], dns.message.Message]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of a name and a type, until when; times by the caller's clock, in seconds."""

    rcode: dns.rcode.Rcode
    answer: Sequence[dns.rrset.RRset]
    authority: Sequence[dns.rrset.RRset]
    since: float
    until: float


class Resolver:
    """``ask`` puts a question to an authoritative server."""

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask, self._clock = ask, clock
        self._kept: dict[tuple[dns.name.Name, int], _Kept] = {}

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True)
        name, kind = query.question[0].name, query.question[0].rdtype
        for _step in range(CHAIN):
            kept = self._look_up(name, kind)
            age = int(self._clock() - kept.since)
            response.answer += [_aged(records, age) for records in kept.answer]
            response.authority = [_aged(records, age) for records in kept.authority]
            response.set_rcode(kept.rcode)
            last = kept.answer[-1] if kept.answer else None
            if last is None or last.rdtype != dns.rdatatype.CNAME or kind == dns.rdatatype.CNAME:
                break
            name = last[0].target  # in somebody else's zone
        return response

    def _look_up(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> _Kept:
        known, now = self._kept.get((name, kind)), self._clock()
        if known and now < known.until:
            return known
        told = self._ask(dns.message.make_query(name, kind, flags=0))
        lives = [records.ttl for records in told.answer] or [min(soa.ttl, soa[0].minimum) for soa in told.authority]
        kept = _Kept(told.rcode(), told.answer, told.authority, now, now + min(lives, default=0))
        self._kept[name, kind] = kept
        return kept


def _aged(records: dns.rrset.RRset, seconds: int) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(records.name, max(0, records.ttl - seconds), list(records))
