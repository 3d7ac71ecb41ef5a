from __future__ import annotations

from collections.abc import Iterator

import pytest

from endpoints.discovery import Found, find_imap_server
from endpoints.models import Security
from tests.endpoints.dns import DnsServer

ZONE = {
    ("_imaps._tcp.contoso.com.", "SRV"): ["20 0 993 backup.contoso.com.", "10 5 1993 mail.contoso.com."],
    ("_imaps._tcp.fabrikam.com.", "SRV"): ["0 0 0 ."],
    ("_imap._tcp.fabrikam.com.", "SRV"): ["0 0 143 mail.fabrikam.com."],
    ("imap.tailspin.com.", "A"): ["192.0.2.7"],
}


@pytest.fixture(autouse=True)
def dns() -> Iterator[DnsServer]:
    with DnsServer(ZONE) as server:
        yield server


def test_the_srv_record_of_least_priority_names_the_server() -> None:
    assert find_imap_server("pilarp@Contoso.com") == Found("mail.contoso.com", 1993, Security.TLS)


def test_a_record_that_says_not_offered_is_skipped() -> None:
    assert find_imap_server("pilarp@fabrikam.com") == Found("mail.fabrikam.com", 143, Security.STARTTLS)


def test_without_records_the_habitual_name_is_suggested_if_it_exists() -> None:
    assert find_imap_server("pilarp@tailspin.com") == Found("imap.tailspin.com", 993, Security.TLS)
    assert find_imap_server("pilarp@nowhere.com") is None


@pytest.mark.parametrize("address", ["", "pilarp", "pilarp@", "@", "pilarp@localhost", "a@b..c", f"a@{'x' * 70}.com"])
def test_an_address_without_a_domain_asks_nobody(address: str, dns: DnsServer) -> None:
    assert find_imap_server(address) is None
    assert dns.questions == []


def test_a_dns_server_that_does_not_answer_is_not_waited_for(dns: DnsServer) -> None:
    dns.silent = True
    assert find_imap_server("pilarp@contoso.com") is None
    assert {name for name, _ in dns.questions} == {"_imaps._tcp.contoso.com."}
