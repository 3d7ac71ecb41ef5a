"""Servers that lie, stumble or say nothing: all of it ends in an answer that says so, and soon."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import dns.flags
import dns.message
import dns.rcode
import pytest
from dns.message import Message

from domains.dns.asking import Answer, Problem
from domains.dns.checking import read_mail, verify, watch_mx
from domains.dns.kept import from_json, to_json
from domains.dns.verification import Finding, Verification
from tests.domains.dns.tales import alias, asked, reply
from tests.servers.internet import Internet, TestDomain
from tests.servers.liar import Answers

TOKEN = "MS=ms48213377219034456612"
ENOUGH = 25  # wrong packets, after which no right one is waited for


@pytest.fixture
def domain(internet: Internet) -> TestDomain:
    return internet.domain("liar")


def told(internet: Internet, domain: TestDomain, tale: Answers) -> Verification:
    """What a verification finds when the domain's only server tells ``tale`` of TXT records, and the truth of the rest."""

    def answers(query: Message, transport: str) -> Iterable[bytes]:
        name, kind = asked(query)
        if kind == "TXT" and name == f"{domain}.":
            return tale(query, transport)
        servers = [(name, 60, "NS", "liar.hosting.com.")] if kind == "NS" else []
        return [reply(query, *servers).to_wire(max_size=65535)]

    internet.liar.tell(domain.name, answers)
    found = verify(domain.name, TOKEN, [], internet.network(resolvers=["registry"]))
    assert from_json(Verification, to_json(found)) == found
    return found


def texts(found: Verification, transport: str) -> Answer:
    return next(each for each in found.answers if each.kind == "TXT" and each.transport == transport)


def records(*values: str) -> Answers:
    def answers(query: Message, transport: str) -> Iterator[bytes]:
        name, _ = asked(query)
        answer = reply(query, *((name, 60, "TXT", value) for value in values))
        if transport == "udp" and len(answer.to_wire(max_size=65535)) > 1232:
            answer = reply(query)
            answer.flags |= dns.flags.TC
        yield answer.to_wire(max_size=65535)

    return answers


def test_of_200_records_the_right_one_is_found(internet: Internet, domain: TestDomain) -> None:
    found = told(internet, domain, records(*(f'"number {number}"' for number in range(199)), f'"{TOKEN}"'))
    assert found.by == "TXT"
    whole = texts(found, "tcp")
    assert (len(whole.records), whole.left_out, whole.records[0].text) == (50, 150, TOKEN)


def test_64_kilobytes_of_text_are_read_and_kept_in_brief(internet: Internet, domain: TestDomain) -> None:
    huge = " ".join([f'"{"x" * 255}"'] * 240)
    found = told(internet, domain, records(huge, f'"{TOKEN}"'))
    assert found.by == "TXT"
    assert max(len(record.text) for record in texts(found, "tcp").records) == 1001


def test_what_no_person_can_read_is_escaped(internet: Internet, domain: TestDomain) -> None:
    found = told(internet, domain, records(r'"\000\255\027[31m ol\195\169"'))
    assert texts(found, "udp").records[0].text == r"\x00\xff\x1b[31m olé"


def test_an_answer_to_another_question_is_waited_over(internet: Internet, domain: TestDomain) -> None:
    def answers(query: Message, transport: str) -> Iterator[bytes]:
        (right,) = records(f'"{TOKEN}"')(query, transport)
        if transport == "udp":
            yield struct.pack("!H", query.id ^ 1) + right[2:]
            yield b"\x00garbage"
        yield right

    found = told(internet, domain, answers)
    assert (found.by, texts(found, "udp").problem) == ("TXT", Problem.NONE)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_only_answers_with_another_number(internet: Internet, domain: TestDomain, transport: str) -> None:
    def answers(query: Message, used: str) -> Iterator[bytes]:
        (right,) = records(f'"{TOKEN}"')(query, used)
        wrong = struct.pack("!H", query.id ^ 1) + right[2:]
        yield from [wrong] * ENOUGH if used == transport else [right]

    found = told(internet, domain, answers)
    assert texts(found, transport).problem is Problem.MISMATCHED


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_packets_that_are_none(internet: Internet, domain: TestDomain, transport: str) -> None:
    def answers(query: Message, used: str) -> Iterator[bytes]:
        (right,) = records(f'"{TOKEN}"')(query, used)
        yield from [right[:-9]] * ENOUGH if used == transport else [right]

    found = told(internet, domain, answers)
    assert texts(found, transport).problem is Problem.MALFORMED


def test_a_server_that_never_answers_over_tcp(internet: Internet, domain: TestDomain) -> None:
    def answers(query: Message, transport: str) -> Iterable[bytes]:
        return records(f'"{TOKEN}"')(query, transport) if transport == "udp" else ()

    found = told(internet, domain, answers)
    assert found.by == "TXT"
    assert [seen.code for seen in found.findings] == [Finding.NO_TCP]
    assert texts(found, "tcp").detail == "the connection was closed"


def test_an_answer_that_does_not_fit_and_no_tcp(internet: Internet, domain: TestDomain) -> None:
    def answers(query: Message, transport: str) -> Iterable[bytes]:
        return records(f'"{"x" * 255}"' * 9)(query, transport) if transport == "udp" else ()

    found = told(internet, domain, answers)
    answer = texts(found, "tcp")
    assert answer.problem is Problem.CLOSED
    truncated = next(each for each in found.answers if each.problem is Problem.TRUNCATED)
    assert truncated.detail == "TCP: the connection was closed"


@pytest.mark.parametrize(
    ("rcode", "problem"),
    [
        (dns.rcode.SERVFAIL, Problem.SERVER_FAILURE),
        (dns.rcode.REFUSED, Problem.REFUSED),
        (dns.rcode.NOTIMP, Problem.NOT_IMPLEMENTED),
        (dns.rcode.YXDOMAIN, Problem.OTHER_RCODE),
    ],
)
def test_a_server_that_refuses(
    internet: Internet, domain: TestDomain, rcode: dns.rcode.Rcode, problem: Problem
) -> None:
    def answers(query: Message, transport: str) -> Iterator[bytes]:
        answer = reply(query)
        answer.set_rcode(rcode)
        yield answer.to_wire(max_size=65535)

    answer = texts(told(internet, domain, answers), "udp")
    assert (answer.problem, answer.rcode, answer.detail) == (problem, rcode.name, rcode.name)


def test_a_server_from_before_edns_is_asked_in_the_old_way(internet: Internet, domain: TestDomain) -> None:
    def answers(query: Message, transport: str) -> Iterable[bytes]:
        if query.edns < 0:
            return records(f'"{TOKEN}"')(query, transport)
        answer = reply(query)
        answer.use_edns(False)
        answer.set_rcode(dns.rcode.FORMERR)
        return [answer.to_wire(max_size=65535)]

    assert told(internet, domain, answers).by == "TXT"


def test_aliases_that_go_round_in_circles(internet: Internet, domain: TestDomain) -> None:
    def answers(query: Message, transport: str) -> Iterator[bytes]:
        there = f"there.{domain}."
        yield reply(query, (f"{domain}.", 60, "CNAME", there), (there, 60, "CNAME", f"{domain}.")).to_wire(
            max_size=65535
        )

    answer = texts(told(internet, domain, answers), "udp")
    assert answer.problem is Problem.CNAME_LOOP
    assert [record.text for record in answer.aliases] == [f"there.{domain}", domain.name]


def test_an_alias_that_leads_to_the_record_is_no_proof(internet: Internet, domain: TestDomain) -> None:
    """Whoever owns the other name would have proved the ownership of this one."""

    def answers(query: Message, transport: str) -> Iterator[bytes]:
        other = "elsewhere.example."
        yield reply(query, (f"{domain}.", 60, "CNAME", other), (other, 60, "TXT", f'"{TOKEN}"')).to_wire(max_size=65535)

    found = told(internet, domain, answers)
    assert not found.verified
    assert found.findings[0].code is Finding.APEX_CNAME


def test_a_lying_server_breaks_no_other_check_either(internet: Internet, domain: TestDomain) -> None:
    internet.liar.tell(domain.name, alias(f"{domain}."))
    network = internet.network(resolvers=["registry"])
    seen = watch_mx(domain.name, network)
    assert [answer.hosts for answer in seen.authoritative] == [None]
    assert len(read_mail(domain.name, network).asked) == 7


def test_a_server_that_is_silent_is_waited_for_once(internet: Internet) -> None:
    domain = internet.domain("void")
    found = verify(domain.name, TOKEN, [], internet.network(timeout=3.0, resolvers=["registry"]))
    assert {answer.problem for answer in found.answers if answer.server.name == "void.hosting.com"} == {Problem.TIMEOUT}
    assert {answer.transport for answer in found.answers} == {"udp", "tcp"}
    assert found.delegation
    assert [each.problem for each in found.delegation.servers] == [Problem.TIMEOUT]
