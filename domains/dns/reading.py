"""What a DNS packet says, in words that can be kept and shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import dns.flags
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.message import Message
from dns.name import Name
from dns.rdtypes.txtbase import TXTBase
from dns.rrset import RRset

from domains.dns.answers import Problem, Record

_PROBLEMS = {
    "NOERROR": Problem.NONE,
    "NXDOMAIN": Problem.NONE,
    "SERVFAIL": Problem.SERVER_FAILURE,
    "REFUSED": Problem.REFUSED,
    "NOTAUTH": Problem.REFUSED,
    "NOTIMP": Problem.NOT_IMPLEMENTED,
}


@dataclass(frozen=True, slots=True)
class Said:
    """Of one packet; the fields are those of an Answer."""

    rcode: str
    authoritative: bool
    records: tuple[Record, ...]
    aliases: tuple[Record, ...]
    problem: Problem
    detail: str


def read(message: Message, kind: str) -> Said:
    """``kind`` is the type that was asked for; a CNAME that was asked for is no alias."""
    rcode = dns.rcode.to_text(message.rcode())
    authoritative = bool(message.flags & dns.flags.AA)
    problem = _PROBLEMS.get(rcode, Problem.OTHER_RCODE)
    detail = "; ".join([rcode, *_reasons(message)] if problem else _reasons(message))
    aliases, end = _chain(message, kind)
    if end is None:
        return Said(rcode, authoritative, (), aliases, problem or Problem.CNAME_LOOP, detail)
    return Said(rcode, authoritative, tuple(_records(message, end, kind)), aliases, problem, detail)


def _reasons(message: Message) -> list[str]:
    """Extended errors (RFC 8914): a resolver's own words for what it met."""
    return [
        printable(f"{each.code.name} ({each.code:d}){': ' if each.text else ''}{each.text or ''}")
        for each in message.extended_errors()
    ]


def _chain(message: Message, kind: str) -> tuple[tuple[Record, ...], Name | None]:
    """The CNAMEs on the way, and where they end: None if they do not."""
    name, aliases, met = message.question[0].name, list[Record](), set[Name]()
    while kind != "CNAME" and (found := _rrset(message.answer, name, "CNAME")):
        if name in met:
            return tuple(aliases), None
        met.add(name)
        aliases.append(Record(text_of(found[0]), found.ttl))
        name = found[0].target
    return tuple(aliases), name


def _records(message: Message, name: Name, kind: str) -> Iterator[Record]:
    if found := _rrset(message.answer, name, kind):
        yield from (Record(text_of(each), found.ttl) for each in found)


def _rrset(section: list[RRset], name: Name, kind: str) -> RRset | None:
    wanted = dns.rdatatype.from_text(kind)
    return next((each for each in section if each.rdtype == wanted and each.name == name), None)


@dataclass(frozen=True, slots=True)
class Referral:
    """Whom a server above names for ``zone``, which is empty where it names nobody. ``glue`` are (name, address)."""

    zone: str = ""
    names: tuple[str, ...] = ()
    glue: tuple[tuple[str, str], ...] = ()


def referral(message: Message) -> Referral:
    for found in (*message.authority, *message.answer):
        if found.rdtype == dns.rdatatype.NS:
            addresses = (each for each in message.additional if each.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA})
            glue = tuple((name_of(each.name), address.to_text()) for each in addresses for address in each)
            return Referral(name_of(found.name), tuple(sorted(name_of(each.target) for each in found)), glue)
    return Referral()


def text_of(rdata: dns.rdata.Rdata) -> str:
    if isinstance(rdata, TXTBase):
        return printable(b"".join(rdata.strings).decode("utf-8", "backslashreplace"))
    return " ".join(part.rstrip(".") or "." for part in rdata.to_text().lower().split(" "))


def name_of(name: Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def printable(text: str) -> str:
    """No control characters: this is kept in a database and shown."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
