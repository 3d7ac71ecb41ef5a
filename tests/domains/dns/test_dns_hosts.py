"""Whose name servers these are, and what is typed into their forms."""

from __future__ import annotations

import pytest

from domains.dns.checking import find_servers
from domains.dns.dns_hosts import HOSTS, DnsHost, HostLabel, host_label, recognise
from tests.servers.internet import Internet


@pytest.mark.parametrize(
    ("servers", "code"),
    [
        (["anna.ns.cloudflare.com", "bob.ns.cloudflare.com"], "cloudflare"),
        (["ns01.domaincontrol.com", "ns02.domaincontrol.com"], "godaddy"),
        (["ns-1.awsdns-00.com", "ns-2.awsdns-01.co.uk", "ns-3.awsdns-02.org"], "route53"),
        (["ns1-04.azure-dns.com", "ns2-04.azure-dns.net"], "azure"),
        (["ns-cloud-a1.googledomains.com"], "google"),
        (["ns1123.ui-dns.de", "ns1045.ui-dns.org"], "ionos"),
        (["ns0.transip.net", "ns1.transip.nl", "ns2.transip.eu"], "transip"),
        (["docks01.rzone.de", "shades02.rzone.de"], "strato"),
        (["anna.ns.cloudflare.com", "bob.ns.cloudflare.com", "ns1.contoso.com"], "cloudflare"),
        (["anna.ns.cloudflare.com", "ns1.contoso.com"], None),
        (["ns1.contoso.com", "cloudflare.com.contoso.com"], None),
        ([], None),
    ],
)
def test_a_dns_host_is_known_by_most_of_its_name_servers(servers: list[str], code: str | None) -> None:
    found = recognise(servers)
    assert (found.code if found else None) == code


def test_hosts_are_in_order_and_each_is_there_once() -> None:
    assert sorted({host.code for host in HOSTS}) == [host.code for host in HOSTS]
    assert len(HOSTS) >= 25


@pytest.mark.parametrize(
    ("apex", "own", "below"),
    [
        (HostLabel.AT, "@", "autodiscover"),
        (HostLabel.EMPTY, "", "autodiscover"),
        (HostLabel.FULL, "contoso.com", "autodiscover.contoso.com"),
    ],
)
def test_what_is_typed_as_the_host(apex: HostLabel, own: str, below: str) -> None:
    host = DnsHost("", "", apex, ())
    assert host_label(host, "contoso.com", "contoso.com") == own
    assert host_label(host, "autodiscover.contoso.com", "contoso.com") == below


def test_where_the_host_is_not_known_the_usual_sign_is_shown() -> None:
    assert host_label(None, "contoso.com", "contoso.com") == "@"


def test_the_name_servers_of_a_domain_are_found_with_their_host(internet: Internet) -> None:
    found = find_servers(internet.domain().name, internet.network())
    assert (found.names, found.dns_host, found.fault) == (("ns1.hosting.com", "ns2.hosting.com"), "", "")
    assert [str(server) for server in found.speaking] == [
        f"{host}.hosting.com ({internet.address(host)} port {internet.port})" for host in ("ns1", "ns2")
    ]
