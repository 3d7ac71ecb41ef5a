"""The wizard that adds a domain and leads to the record that proves that it is ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from domains.dns.answers import Answer, Record
from domains.keeping import keep
from domains.models import Domain
from domains.services import add_domain, remove_domain
from tests.domains.examples import NS1, verification
from tests.html import Page, page_at
from tests.refusals import refused

NEW = "/domains/new/"


def step(domain: Domain, slug: str) -> str:
    return reverse("domains:setup", args=[domain.pk, slug])


@pytest.fixture
def domain(db: None) -> Domain:
    return add_domain("contoso.com", by=None)


def test_a_domain_is_added_and_leads_to_its_dns_host(administrator_client: Client) -> None:
    response = administrator_client.post(NEW, {"name": " Contoso.com "})
    domain = Domain.objects.get()
    assert (domain.name, response["Location"]) == ("contoso.com", step(domain, "host"))
    assert AuditEntry.objects.get(action="add domain").thing == "contoso.com"


def test_an_international_domain_is_kept_as_the_dns_has_it_and_shown_as_people_read_it(
    administrator_client: Client,
) -> None:
    administrator_client.post(NEW, {"name": "Bücher.de"})
    domain = Domain.objects.get()
    assert (domain.name, domain.shown) == ("xn--bcher-kva.de", "bücher.de")
    assert page_at(administrator_client, "/domains/").rows()[0][0] == "bücher.de"
    assert "Added the domain bücher.de" in page_at(administrator_client, "/activity/").text


def test_a_domain_that_is_there_is_said_to_be_and_goes_on_in_its_wizard(
    administrator_client: Client, domain: Domain
) -> None:
    page = Page(administrator_client.post(NEW, {"name": "contoso.com"}, follow=True))
    assert "contoso.com is there already." in page.text
    assert Domain.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the domain"),
        ("contoso com", "no spaces"),
        ("https://contoso.com", "address of a web page"),
        ("contoso.com/owa", "slash"),
        ("anna@contoso.com", "mail address"),
        ("contoso.com.", "dot at the end"),
        ("c" * 300, "longer than"),
        ("localhost", "single name"),
        ("co.uk", "cannot be yours"),
        ("contoso.local", "inside a network"),
        ("192.0.2.1", "IP address"),
        ("c\u043entoso.com", "different scripts"),
    ],
)
def test_what_is_no_domain_is_explained_at_the_field_which_keeps_the_text(
    administrator_client: Client, typed: str, words: str
) -> None:
    page = Page(refused(administrator_client, NEW, {"name": typed}))
    assert words in page.one("ul", id="id_name_error").text
    assert page.one("input", id="id_name")["value"] == typed
    assert not Domain.objects.exists()


def test_who_adds_a_domain_again_goes_on_where_it_is(administrator_client: Client, domain: Domain) -> None:
    assert administrator_client.post(NEW, {"name": "contoso.com"})["Location"] == step(domain, "host")
    Domain.objects.update(verified_at=timezone.now())
    assert administrator_client.post(NEW, {"name": "contoso.com"})["Location"] == step(domain, "verification")


def test_the_dns_host_is_recognised_and_its_instructions_are_shown(
    administrator_client: Client, domain: Domain
) -> None:
    Domain.objects.update(name_servers=["ns0.transip.net", "ns1.transip.nl"], found_host="transip")
    page = page_at(administrator_client, step(domain, "host"))
    assert "The name servers of contoso.com belong to TransIP." in page.text
    assert [option["value"] for option in page.all("option") if "selected" in option.attributes] == ["transip"]
    administrator_client.post(step(domain, "host"), {"dns_host": "transip", "proof": "txt"})
    page = page_at(administrator_client, step(domain, "record"))
    assert "Sign in at TransIP." in page.text
    domain.refresh_from_db()
    assert page.facts()["Type"] == "TXT"
    assert [code.text for code in page.all("code")] == ["@", domain.token, "3600"]


def test_the_page_looks_for_the_dns_host_only_until_the_workers_have_answered(
    administrator_client: Client, domain: Domain
) -> None:
    url = step(domain, "host")
    assert page_at(administrator_client, url).one("div", id="dns-host")["hx-get"] == url
    Domain.objects.update(checked_at=timezone.now())
    assert not page_at(administrator_client, url).one("div", id="dns-host")["hx-get"]


def test_the_mx_record_is_the_alternative(administrator_client: Client, domain: Domain) -> None:
    administrator_client.post(step(domain, "host"), {"dns_host": "", "proof": "mx"})
    page = page_at(administrator_client, step(domain, "record"))
    assert page.facts()["Type"] == "MX"
    points_to = f"{domain.token.removeprefix('MS=')}.msv1.invalid"
    assert [code.text for code in page.all("code")] == ["@", points_to, "32767", "3600"]
    assert "Sign in where the DNS records of the domain are kept" in page.text


def test_the_mx_record_gets_the_ttl_of_those_that_are_there(administrator_client: Client, domain: Domain) -> None:
    now = timezone.now()
    seen = Answer(NS1, "udp", domain.name, "MX", now, "NOERROR", True, (Record("10 mail.contoso.com", 86400),))
    keep(domain.pk, replace(verification(domain, at=now), answers=(seen,)), begun=now)
    administrator_client.post(step(domain, "host"), {"dns_host": "", "proof": "mx"})
    page = page_at(administrator_client, step(domain, "record"))
    assert page.all("code")[-1].text == "86400"
    assert "all MX records of a name have one TTL" in page.text


def test_a_domain_below_the_zone_is_named_in_the_host_field(administrator_client: Client, domain: Domain) -> None:
    Domain.objects.update(name="mail.contoso.com", zone="contoso.com")
    assert page_at(administrator_client, step(domain, "record")).all("code")[0].text == "mail"


def test_done_leads_to_a_page_that_waits_and_says_so_when_no_worker_comes(
    administrator_client: Client, domain: Domain
) -> None:
    answer = administrator_client.post(step(domain, "record"))
    assert answer["Location"] == step(domain, "verification")
    page = page_at(administrator_client, answer["Location"])
    assert "The name servers are being asked." in page.text
    assert page.one("div", id="verification-news")["hx-get"]
    asked = timezone.now() - timedelta(minutes=2)
    Domain.objects.update(added_at=asked, asked_at=asked, verification_due_at=asked)
    assert "No worker has taken up this check yet." in page_at(administrator_client, answer["Location"]).text


def test_the_wizard_ends_at_the_verification_and_says_that_mail_stays_as_it_is(
    administrator_client: Client, domain: Domain
) -> None:
    Domain.objects.update(verified_at=timezone.now(), verified_by="txt", checked_at=timezone.now())
    page = page_at(administrator_client, step(domain, "verification"))
    assert "contoso.com is verified." in page.text
    assert "The MX records are as they were" in page.text
    assert [link.text for link in page.all("a", class_="button-primary")] == ["Finish"]
    assert not page.one("div", id="verification-news")["hx-get"]


def test_who_waits_for_the_verification_sees_the_next_step_appear(administrator_client: Client, domain: Domain) -> None:
    piece = page_at(administrator_client, step(domain, "verification"), headers={"HX-Request": "true"})
    assert not piece.all("div", id="wizard-actions")
    Domain.objects.update(verified_at=timezone.now(), verified_by="txt")
    piece = page_at(administrator_client, step(domain, "verification"), headers={"HX-Request": "true"})
    assert piece.one("div", id="wizard-actions").text == "Finish View domain"


def test_a_domain_below_a_verified_one_needs_no_record_of_its_own(administrator_client: Client, domain: Domain) -> None:
    Domain.objects.update(verified_at=timezone.now())
    answer = administrator_client.post(NEW, {"name": "mail.contoso.com"}, follow=True)
    assert "mail.contoso.com is verified." in Page(answer).text
    assert "It lies below a domain that is verified" in Page(answer).text
    remove_domain(domain, by=None)
    below = Domain.objects.get()
    assert not below.is_verified
    assert below.verification_due_at is not None


def test_a_step_that_is_none_does_not_exist(administrator_client: Client, domain: Domain) -> None:
    assert administrator_client.get(step(domain, "mx")).status_code == 404


def test_a_domain_that_is_removed_and_added_again_has_another_token_and_remembers_the_former(domain: Domain) -> None:
    remove_domain(domain, by=None)
    again = add_domain("contoso.com", by=None)
    assert again.token != domain.token
    assert again.former_tokens == (domain.token,)
