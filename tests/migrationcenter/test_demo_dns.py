"""The name servers of the demo, asked with real packets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from migrationcenter.demo.dns.records import PRIMARY, SECONDARY
from migrationcenter.demo.dns.resolver import Resolver
from migrationcenter.demo.dns.servers import Doors, NameServers, open_doors
from migrationcenter.demo.dns.zone_file import ZoneFile
from tests.servers.process import wait_until

PATIENCE = 20.0  # seconds for one answer, on a busy machine


@pytest.fixture
def doors() -> Iterator[Doors]:
    with open_doors() as doors:
        yield doors


@pytest.fixture
def zone(doors: Doors, tmp_path: Path) -> Iterator[ZoneFile]:
    path = tmp_path / "contoso.com.zone"
    with NameServers(doors, path, lag=0.5):
        yield ZoneFile(path)


def ask(doors: Doors, name: str, kind: str, *, server: str = PRIMARY, recursion: bool = False) -> dns.message.Message:
    query = dns.message.make_query(name, kind, flags=dns.flags.RD if recursion else 0)
    return dns.query.udp(query, server, PATIENCE, doors.port)


def texts(message: dns.message.Message) -> list[str]:
    return sorted(f"{records.ttl} {record}" for records in message.answer for record in records)


def change(zone: ZoneFile, name: str, kind: str, ttl: int, *values: str) -> None:
    known = zone.read()
    known.replace_rdataset(name, dns.rdataset.from_text("IN", kind, ttl, *values))
    zone.write(known)


def test_both_servers_are_authoritative_for_the_organization(doors: Doors, zone: ZoneFile) -> None:
    for server in (PRIMARY, SECONDARY):
        found = ask(doors, "contoso.com", "MX", server=server)
        assert found.flags & dns.flags.AA
        assert texts(found) == ["86400 10 mail.contoso.com."]


def test_what_is_above_leads_to_them(doors: Doors, zone: ZoneFile) -> None:
    assert texts(ask(doors, "contoso.com", "NS", recursion=True)) == [
        "86400 ns1.contoso.com.",
        "86400 ns2.contoso.com.",
    ]
    assert texts(ask(doors, "ns2.contoso.com", "A", recursion=True)) == [f"86400 {SECONDARY}"]
    assert texts(ask(doors, "com", "NS", recursion=True)) == ["86400 ns1.com."]


def test_an_alias_is_followed_and_what_is_not_there_is_told_apart(doors: Doors, zone: ZoneFile) -> None:
    assert texts(ask(doors, "autodiscover.contoso.com", "A")) == ["3600 192.0.2.25", "3600 mail.contoso.com."]
    assert ask(doors, "nowhere.contoso.com", "A").rcode() == dns.rcode.NXDOMAIN
    nothing = ask(doors, "mail.contoso.com", "AAAA")
    assert (nothing.rcode(), nothing.answer) == (dns.rcode.NOERROR, [])
    assert nothing.authority[0].rdtype == dns.rdatatype.SOA
    assert ask(doors, "example.org", "A", recursion=True).rcode() == dns.rcode.NXDOMAIN


def test_the_secondary_follows_after_a_while(doors: Doors, zone: ZoneFile) -> None:
    change(zone, "contoso.com.", "MX", 600, "0 mx.fabrikam.com.")
    assert texts(ask(doors, "contoso.com", "MX")) == ["600 0 mx.fabrikam.com."]
    wait_until(
        lambda: texts(ask(doors, "contoso.com", "MX", server=SECONDARY)) == ["600 0 mx.fabrikam.com."], "it follows"
    )


def test_the_serial_grows_with_every_change(doors: Doors, zone: ZoneFile) -> None:
    change(zone, "contoso.com.", "MX", 600, "0 mx.fabrikam.com.")
    change(zone, "contoso.com.", "MX", 300, "0 mx.fabrikam.com.")
    (soa,) = ask(doors, "contoso.com", "SOA").answer[0]
    assert soa.serial == 3


def test_a_mistake_in_the_file_leaves_the_last_good_zone(doors: Doors, zone: ZoneFile) -> None:
    zone.path.write_text("@ IN MX nonsense")
    assert texts(ask(doors, "contoso.com", "MX")) == ["86400 10 mail.contoso.com."]


def test_the_resolver_keeps_an_answer_as_long_as_it_may() -> None:
    clock, asked = [1000.0], []

    def authority(query: dns.message.Message) -> dns.message.Message:
        asked.append(query)
        response = dns.message.make_response(query)
        response.answer.append(dns.rrset.from_text("contoso.com.", 300, "IN", "MX", f"{len(asked)} mail.contoso.com."))
        return response

    resolver, query = Resolver(authority, lambda: clock[0]), dns.message.make_query("contoso.com", "MX")
    assert texts(resolver.answer(query)) == ["300 1 mail.contoso.com."]
    clock[0] += 299
    assert texts(resolver.answer(query)) == ["1 1 mail.contoso.com."]
    clock[0] += 1
    assert texts(resolver.answer(query)) == ["300 2 mail.contoso.com."]


def test_what_is_not_there_is_remembered_for_half_a_minute_only(doors: Doors, zone: ZoneFile) -> None:
    (soa,) = ask(doors, "new.contoso.com", "TXT", recursion=True).authority
    assert soa[0].minimum == 30


def test_a_long_answer_comes_by_tcp(doors: Doors, zone: ZoneFile) -> None:
    change(zone, "contoso.com.", "TXT", 600, *(f'"{number:0200}"' for number in range(40)))
    assert ask(doors, "contoso.com", "TXT").flags & dns.flags.TC
    question = dns.message.make_query("contoso.com", "TXT", flags=0, use_edns=0, payload=1232)
    found = dns.query.tcp(question, PRIMARY, PATIENCE, doors.port)
    assert len(found.answer[0]) == 40


def test_noise_is_not_answered_and_ends_nothing(doors: Doors, zone: ZoneFile) -> None:
    with doors.primary.udp.dup() as sender:
        sender.sendto(b"noise", (PRIMARY, doors.port))
    assert texts(ask(doors, "contoso.com", "MX")) == ["86400 10 mail.contoso.com."]


def test_the_servers_begin_again_at_the_same_place(doors: Doors, tmp_path: Path) -> None:
    """As the resolver of an office that was switched off and on: it has forgotten everything, the zone has not."""
    path = tmp_path / "contoso.com.zone"
    with NameServers(doors, path, lag=0):
        assert texts(ask(doors, "contoso.com", "MX", recursion=True)) == ["86400 10 mail.contoso.com."]
        change(ZoneFile(path), "contoso.com.", "MX", 600, "0 mx.fabrikam.com.")
        assert texts(ask(doors, "contoso.com", "MX", recursion=True))[0].endswith("10 mail.contoso.com.")
    with NameServers(doors, path, lag=0):
        assert texts(ask(doors, "contoso.com", "MX", recursion=True)) == ["600 0 mx.fabrikam.com."]
