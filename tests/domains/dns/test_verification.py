"""Ownership of a domain, against real name servers: every way to get the record nearly right has its own finding."""

from __future__ import annotations

import pytest

from domains.dns.asking import Problem
from domains.dns.checking import find_servers, verify
from domains.dns.delegation import DelegationFault
from domains.dns.kept import from_json, to_json
from domains.dns.tokens import mx_host, new_token
from domains.dns.verification import Finding, Verification
from tests.domains.dns.tales import alias
from tests.servers.internet import FORGED, IPV6, SIGNED, UNSERVED, Internet, TestDomain

TOKEN, FORMER_TOKEN = "MS=ms48213377219034456612", "MS=ms11112222333344445555"
NUMBER = TOKEN.removeprefix("MS=")


@pytest.fixture
def domain(internet: Internet) -> TestDomain:
    return internet.domain()


def verified(internet: Internet, domain: TestDomain | str, *, ipv6: bool = False) -> Verification:
    return verify(str(domain), TOKEN, [FORMER_TOKEN], internet.network(ipv6=ipv6))


def codes(found: Verification) -> list[Finding]:
    return [seen.code for seen in found.findings]


def test_a_token_can_not_be_guessed_and_looks_like_the_record_that_people_know() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(token.startswith("MS=ms") and token[5:].isdigit() and len(token) == 25 for token in tokens)


def test_a_new_record_is_seen_at_once_at_all_servers(internet: Internet, domain: TestDomain) -> None:
    domain.txt("v=spf1 -all", TOKEN)
    domain.spread()
    found = verified(internet, domain)
    assert (found.by, found.having, found.answering, codes(found)) == ("TXT", 2, 2, [])
    asked = {(answer.server.name, answer.transport) for answer in found.answers if answer.kind == "TXT"}
    assert asked == {(f"{host}.hosting.com", how) for host in ("ns1", "ns2") for how in ("udp", "tcp")} | {
        ("resolver", "udp")
    }
    assert from_json(Verification, to_json(found)) == found


def test_one_server_that_has_it_is_enough_and_those_that_lag_are_named(internet: Internet, domain: TestDomain) -> None:
    domain.txt(TOKEN)
    found = verified(internet, domain)
    assert (found.by, found.having, found.answering) == ("TXT", 1, 2)
    (seen,) = found.findings
    assert seen.code is Finding.ONLY_SOME
    assert [server.name for server in seen.servers] == ["ns2.hosting.com"]


def test_a_resolver_with_the_answer_of_before_disproves_nothing(internet: Internet, domain: TestDomain) -> None:
    assert codes(verified(internet, domain)) == [Finding.NO_RECORD]  # and the resolver keeps that in mind
    domain.txt(TOKEN)
    domain.spread()
    found = verified(internet, domain)
    assert found.by == "TXT"
    assert codes(found) == [Finding.NOT_AT_RESOLVERS]


def test_a_record_that_has_gone_is_not_believed_of_a_cache(internet: Internet, domain: TestDomain) -> None:
    domain.txt(TOKEN)
    domain.spread()
    assert verified(internet, domain).verified
    domain.txt()
    domain.spread()
    found = verified(internet, domain)
    assert not found.verified
    assert codes(found) == [Finding.ONLY_RESOLVERS]


def test_the_mx_alternative_verifies_too(internet: Internet, domain: TestDomain) -> None:
    domain.mx("10 mail.contoso.com.", f"32767 {mx_host(TOKEN)}.")
    domain.spread()
    found = verified(internet, domain)
    assert (found.by, found.having, codes(found)) == ("MX", 2, [])


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (NUMBER, Finding.MISSING_PREFIX),
        (f'"{TOKEN}"', Finding.QUOTES_OR_SPACES),
        (f" {TOKEN} ", Finding.QUOTES_OR_SPACES),
        (f"MS = {NUMBER}", Finding.QUOTES_OR_SPACES),
        (f"“{TOKEN}”", Finding.QUOTES_OR_SPACES),
        (TOKEN.lower(), Finding.WRONG_CASE),
        (f"{TOKEN}.", Finding.CHANGED),
        (f"v=spf1 -all {TOKEN}", Finding.CHANGED),
        (FORMER_TOKEN, Finding.FORMER),
        ("MS=ms87654321", Finding.FOREIGN),
        (TOKEN[:-1], Finding.MISTYPED),
        (TOKEN[:14], Finding.MISTYPED),
        (f"{TOKEN[:9]}{TOKEN[10:]}", Finding.MISTYPED),
        ("nothing to do with it", Finding.NO_RECORD),
    ],
)
def test_a_near_miss_is_told_with_what_stands_there(
    internet: Internet, domain: TestDomain, text: str, finding: Finding
) -> None:
    domain.txt(text)
    domain.spread()
    found = verified(internet, domain)
    assert not found.verified
    seen = found.findings[0]
    assert seen.code is finding
    if finding is not Finding.NO_RECORD:
        assert (seen.name, seen.text) == (domain.name, text.replace("“", "“"))
        assert [server.name for server in seen.servers] == ["ns1.hosting.com", "ns2.hosting.com"]


def test_of_several_tokens_the_right_one_verifies_and_what_is_not_needed_is_named(
    internet: Internet, domain: TestDomain
) -> None:
    domain.txt(FORMER_TOKEN, TOKEN, "MS=ms87654321")
    domain.spread()
    found = verified(internet, domain)
    assert found.by == "TXT"
    assert [(each.code, each.text) for each in found.findings] == [(Finding.NOT_NEEDED, FORMER_TOKEN)]


@pytest.mark.parametrize("host", ["{domain}", "www", "_ms", "@.", NUMBER])
def test_a_record_under_the_wrong_host_is_found_there(internet: Internet, domain: TestDomain, host: str) -> None:
    host = host.format(domain=domain).replace("@.", r"\@")
    domain.txt(TOKEN, host=host)
    found = verified(internet, domain)
    assert [(seen.code, seen.name, seen.text) for seen in found.findings] == [
        (Finding.WRONG_HOST, f"{host}.{domain}".replace("\\", ""), TOKEN)
    ]


def test_a_record_of_the_domain_above_is_found_there(internet: Internet, domain: TestDomain) -> None:
    domain.txt(TOKEN)
    found = verified(internet, f"mail.{domain}")
    assert found.delegation
    assert found.delegation.zone == domain.name
    assert [(seen.code, seen.name) for seen in found.findings] == [(Finding.WRONG_HOST, domain.name)]


def test_a_leftover_verification_mx_is_noticed(internet: Internet, domain: TestDomain) -> None:
    domain.txt(TOKEN)
    domain.mx("10 mail.contoso.com.", "32767 ms99.msv1.invalid.", f"32767 {mx_host(TOKEN)}.")
    domain.spread()
    found = verified(internet, domain)
    assert found.by == "TXT"
    assert [(seen.code, seen.text) for seen in found.findings] == [
        (Finding.LEFTOVER_MX, "32767 ms99.msv1.invalid"),
        (Finding.LEFTOVER_MX, f"32767 {mx_host(TOKEN)}"),
    ]


def test_a_verification_mx_before_a_mail_server_is_noticed(internet: Internet, domain: TestDomain) -> None:
    domain.mx("10 mail.contoso.com.", f"5 {mx_host(TOKEN)}.")
    domain.spread()
    found = verified(internet, domain)
    assert found.by == "MX"
    assert [(seen.code, seen.text) for seen in found.findings] == [(Finding.WRONG_PREFERENCE, f"5 {mx_host(TOKEN)}")]


def test_an_mx_that_got_the_domain_appended_is_explained(internet: Internet, domain: TestDomain) -> None:
    domain.mx("10 mail.contoso.com.", f"32767 {mx_host(TOKEN)}.{domain}.")
    domain.spread()
    found = verified(internet, domain)
    assert not found.verified
    assert codes(found)[0] is Finding.CHANGED


def test_a_domain_that_nobody_registered(internet: Internet) -> None:
    found = verified(internet, "nobody-has-this.com")
    assert codes(found) == [Finding.NOT_REGISTERED]
    assert found.answering == 0


def test_a_domain_without_name_servers(internet: Internet, domain: TestDomain) -> None:
    internet.registry.update("com", remove=[(domain.name.removesuffix(".com"), "NS")])
    internet.registry.update("com", add=[(domain.name.removesuffix(".com"), 60, "TXT", "parked")])
    delegation = find_servers(domain.name, internet.network(resolvers=["registry"]))
    assert delegation.fault is DelegationFault.NO_NAME_SERVERS


def test_a_lame_server_among_good_ones(internet: Internet) -> None:
    domain = internet.domain("ns1", "lame")
    domain.txt(TOKEN)
    domain.spread()
    found = verified(internet, domain)
    assert found.by == "TXT"
    assert found.answering == 2  # the zone itself still names ns2, and so it is asked too
    assert [(seen.code, [server.name for server in seen.servers]) for seen in found.findings] == [
        (Finding.LAME, ["lame.hosting.com"])
    ]
    assert found.delegation
    places = {each.server.name: (each.at_parent, each.in_zone) for each in found.delegation.servers}
    assert places == {
        "lame.hosting.com": (True, False),
        "ns1.hosting.com": (True, True),
        "ns2.hosting.com": (False, True),
    }


def test_a_domain_of_which_all_servers_are_lame(internet: Internet) -> None:
    label = UNSERVED.removesuffix(".com")
    internet.registry.update("com", add=[(label, 60, "NS", f"{host}.hosting.com.") for host in ("ns1", "lame")])
    found = verified(internet, UNSERVED)
    assert codes(found) == [Finding.ALL_LAME]
    assert found.delegation
    problems = {each.server.name: each.problem for each in found.delegation.servers}
    assert problems == {"ns1.hosting.com": Problem.REFUSED, "lame.hosting.com": Problem.LAME}


def test_a_server_where_nothing_listens(internet: Internet) -> None:
    domain = internet.domain("ns1", "nobody")
    domain.txt(TOKEN)
    domain.spread()
    found = verified(internet, domain)
    assert found.by == "TXT"
    assert codes(found) == [Finding.NO_ANSWER]
    refused = next(answer for answer in found.answers if answer.server.name == "nobody.hosting.com")
    assert (refused.problem, refused.detail) == (Problem.CONNECTION_REFUSED, "Connection refused")


def test_signatures_that_do_not_hold_are_told_apart_from_a_failing_server(internet: Internet) -> None:
    found = verified(internet, FORGED)
    assert codes(found) == [Finding.DNSSEC, Finding.NO_RECORD]
    assert "DNSSEC_BOGUS" in found.findings[0].text
    assert codes(verified(internet, SIGNED)) == [Finding.NO_RECORD]


def test_an_alias_at_the_domain_itself(internet: Internet) -> None:
    """Servers of good manners refuse to load it; others do not."""

    domain = internet.domain("liar")
    internet.liar.tell(domain.name, alias("elsewhere.example."))
    found = verify(domain.name, TOKEN, [], internet.network(resolvers=["registry"]))
    assert codes(found)[0] is Finding.APEX_CNAME
    assert (found.findings[0].name, found.findings[0].text) == (domain.name, "elsewhere.example")


def test_servers_are_asked_over_ipv6_too(internet: Internet, domain: TestDomain) -> None:
    domain.delegate("ns1", "ns6")
    domain.name_servers("ns1", "ns6")
    domain.txt(TOKEN)
    found = verified(internet, domain, ipv6=True)
    assert found.by == "TXT"
    asked = {answer.server.address: answer.answered for answer in found.answers}
    assert asked["::1"] == bool(IPV6)


def test_resolvers_decide_where_no_authoritative_server_can_be_reached(internet: Internet) -> None:
    """As behind a firewall that lets nothing else out."""
    domain = internet.domain("nobody")
    domain.name_servers("nobody")
    domain.txt(TOKEN)
    found = verified(internet, domain)
    assert (found.by, found.having, found.answering) == ("TXT", 0, 0)
    assert codes(found) == [Finding.NO_ANSWER]


def test_without_any_resolver_nothing_can_be_found_out(internet: Internet, domain: TestDomain) -> None:
    found = verify(domain.name, TOKEN, [], internet.network(resolvers=["nobody"]))
    assert codes(found) == [Finding.RESOLVERS_SILENT]
