"""What servers tell that do not keep to the rules, for tests.servers.liar."""

from __future__ import annotations

from collections.abc import Iterable

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.message import Message

from tests.servers.liar import Answers


def reply(query: Message, *records: tuple[str, int, str, str]) -> Message:
    """With authority. ``records`` are (name, TTL, type, value)."""
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.AA
    for name, ttl, kind, value in records:
        found = answer.find_rrset(
            answer.answer, dns.name.from_text(name), dns.rdataclass.IN, dns.rdatatype.from_text(kind), create=True
        )
        found.add(dns.rdata.from_text("IN", kind, value), ttl)
    return answer


def asked(query: Message) -> tuple[str, str]:
    question = query.question[0]
    return question.name.to_text(), dns.rdatatype.to_text(question.rdtype)


def alias(to: str) -> Answers:
    """A CNAME, whatever is asked."""

    def answers(query: Message, transport: str) -> Iterable[bytes]:
        name, _ = asked(query)
        return [reply(query, (name, 60, "CNAME", to)).to_wire(max_size=65535)]

    return answers
