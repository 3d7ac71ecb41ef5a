"""The wizard that adds a domain and proves that it is ours."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from domains.models import Domain
from domains.services import add_domain

NEW = "/domains/new/"


def setup_page(domain: Domain, slug: str) -> str:
    return reverse("domains:setup", args=[domain.pk, slug])


@pytest.fixture
def domain(db: None) -> Domain:
    return add_domain("contoso.com", by=None)


def test_a_domain_is_added_and_leads_to_its_dns_host(administrator_client: Client) -> None:
    response = administrator_client.post(NEW, {"name": " Contoso.com "})
    domain = Domain.objects.get()
    assert domain.name == "contoso.com"
    assert response["Location"] == setup_page(domain, "host")
    assert AuditEntry.objects.get(action="add domain").thing == "contoso.com"


def test_an_international_domain_is_kept_as_the_dns_has_it_and_shown_as_people_read_it(
    administrator_client: Client,
) -> None:
    administrator_client.post(NEW, {"name": "Bücher.de"})
    domain = Domain.objects.get()
    assert (domain.name, domain.shown) == ("xn--bcher-kva.de", "bücher.de")
