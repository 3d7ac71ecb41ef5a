"""Workers look at the domains that are due: real name servers, and what becomes of their answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from core.models import AuditEntry
from domains import passes
from domains.models import Domain
from domains.network import network
from domains.passes import LEASE
from domains.services import add_domain, check_domain, name_source_hosts, remove_domain
from domains.standing import newest_report
from domains.tasks import check_domains
from tests.html import page_at
from tests.servers.internet import Internet, TestDomain

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> TestDomain:
    monkeypatch.setattr(passes, "network", internet.network)
    return internet.domain()


def look(zone: TestDomain) -> Domain:
    """The domain after the workers have looked at it once more."""
    domain = Domain.objects.get(name=zone.name)
    check_domain(domain, by=None)
    check_domains()
    return Domain.objects.get(pk=domain.pk)


def words(domain: Domain) -> str:
    report = newest_report(domain)
    assert report
    return " ".join(told.words for told in report.findings)


def test_a_new_record_is_seen_at_the_next_look(zone: TestDomain) -> None:
    add_domain(zone.name, by=None)
    check_domains()
    domain = Domain.objects.get()
    assert not domain.is_verified
    assert domain.name_servers == ["ns1.hosting.com", "ns2.hosting.com"]
    assert "have no such record" in words(domain)
    zone.set("TXT", f'"{domain.token}"')
    domain = look(zone)
    assert (domain.is_verified, domain.verified_by) == (True, "txt")
    assert AuditEntry.objects.get(action="verify domain").who is None
    assert domain.checks.filter(kind="verification", passed=True).count() == 1


def test_a_record_that_is_nearly_right_is_explained_with_what_each_server_answered(
    zone: TestDomain, administrator_client: Client
) -> None:
    token = add_domain(zone.name, by=None).token
    zone.set("TXT", f'"{token.removeprefix("MS=")}"')
    domain = look(zone)
    page = page_at(administrator_client, f"/domains/{domain.pk}/setup/verification/")
    assert f"The value has to begin with MS=. Enter exactly {token}." in page.text
    assert any("ns1.hosting.com" in row[0] and token.removeprefix("MS=") in row[2] for row in page.rows())


def test_the_former_value_of_a_domain_that_was_removed_is_recognised(zone: TestDomain) -> None:
    former = add_domain(zone.name, by=None)
    remove_domain(former, by=None)
    add_domain(zone.name, by=None)
    zone.set("TXT", f'"{former.token}"')
    assert "had here before it was removed" in words(look(zone))


def test_a_record_that_goes_away_is_told_and_the_domain_stays_verified(zone: TestDomain) -> None:
    token = add_domain(zone.name, by=None).token
    zone.set("TXT", f'"{token}"')
    assert look(zone).gone_since is None
    zone.set("TXT")
    domain = look(zone)
    assert domain.is_verified
    assert domain.gone_since
    assert AuditEntry.objects.filter(action="miss record").count() == 1
    zone.set("TXT", f'"{token}"')
    assert look(zone).gone_since is None


def test_the_proof_of_a_domain_counts_for_those_below_it(zone: TestDomain) -> None:
    below = add_domain(f"mail.{zone.name}", by=None)
    token = add_domain(zone.name, by=None).token
    zone.set("TXT", f'"{token}"')
    look(zone)
    below.refresh_from_db()
    assert (below.is_verified, below.verified_by, below.verification_due_at) == (True, "parent", None)


def test_the_mail_servers_of_before_are_noted_and_the_change_is_followed(zone: TestDomain) -> None:
    add_domain(zone.name, by=None)
    check_domains()
    domain = Domain.objects.get()
    assert (domain.source_hosts, domain.mx_stage) == ([f"mail.{zone.name}"], "not_started")
    assert domain.mail_records["domain"] == zone.name
    zone.set("MX", f"0 {zone.name.replace('.', '-')}.mail.protection.outlook.com.")
    assert look(zone).mx_stage == "changing"
    assert domain.checks.filter(kind="mx").count() == 2


def test_what_was_seen_is_judged_anew_when_the_source_is_corrected(zone: TestDomain) -> None:
    add_domain(zone.name, by=None)
    check_domains()
    domain = Domain.objects.get()
    name_source_hosts(domain, ["old.contoso.com"], by=None)
    check_domains()
    routes = {view["route"] for view in Domain.objects.get().tracker["authoritative"]}
    assert routes == {"elsewhere"}


def test_looks_that_find_the_same_are_one_row(zone: TestDomain) -> None:
    add_domain(zone.name, by=None)
    check_domains()
    domain = look(zone)
    rows = {check.kind: check.times for check in domain.checks.all()}
    assert rows == {"verification": 2, "mx": 2, "mail": 2}


def test_a_domain_that_another_worker_has_is_left_to_it_until_its_lease_runs_out(zone: TestDomain) -> None:
    domain = add_domain(zone.name, by=None)
    Domain.objects.update(lease_until=timezone.now() + LEASE)
    check_domains()
    assert not domain.checks.exists()
    Domain.objects.update(lease_until=timezone.now())
    check_domains()
    assert domain.checks.exists()
    assert Domain.objects.get().lease_until is None


def test_nobody_is_asked_about_what_is_not_due(zone: TestDomain) -> None:
    domain = add_domain(zone.name, by=None)
    Domain.objects.update(verification_due_at=soon(), mail_due_at=soon())
    check_domains()
    assert not domain.checks.exists()


def soon() -> datetime:
    return timezone.now() + timedelta(minutes=1)


def test_the_resolvers_of_the_settings_are_asked_and_those_of_the_machine_where_they_say_so(
    settings: LazySettings,
) -> None:
    settings.DNS_RESOLVERS, settings.DNS_PORT = ["192.0.2.1", "192.0.2.1", "2001:db8::1"], 5353
    assert [str(server) for server in network().resolvers] == ["192.0.2.1 port 5353", "2001:db8::1 port 5353"]
    settings.DNS_RESOLVERS = ["system"]
    machine = [server.address for server in network().resolvers]
    settings.DNS_RESOLVERS = ["192.0.2.1", "system"]
    assert [server.address for server in network().resolvers] == ["192.0.2.1", *machine]
