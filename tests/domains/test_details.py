"""The page of one domain, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from batches.retention import wipe_expired
from core.models import AuditEntry
from core.organization import organization
from domains.models import Domain
from domains.retention import CHECKS_KEPT
from domains.services import add_domain
from domains.target import target_of
from tests.batches.examples import make_batch, make_user
from tests.html import Page, page_at
from tests.refusals import refused


@pytest.fixture
def domain(db: None) -> Domain:
    return add_domain("contoso.com", by=None)


@pytest.fixture
def url(domain: Domain) -> str:
    return f"/domains/{domain.pk}/"


def test_helpdesk_sees_how_a_domain_stands_and_can_change_nothing(helpdesk_client: Client, url: str) -> None:
    page = page_at(helpdesk_client, url)
    assert "Setup not finished" in page.text
    assert not page.all("div", class_="command-bar")
    assert "Add domain" not in page_at(helpdesk_client, "/domains/").text


def test_check_now_is_written_down_and_waits_for_the_workers(administrator_client: Client, url: str) -> None:
    Domain.objects.update(verification_due_at=None, mail_due_at=None, checked_at=timezone.now())
    page = Page(administrator_client.post(f"{url}check/", follow=True))
    assert "The name servers are being asked." in page.text
    assert not Domain.objects.filter(verification_due_at=None).exists()
    assert AuditEntry.objects.get(action="check domain").thing == "contoso.com"


def test_removing_says_its_consequences_first(administrator_client: Client, url: str, domain: Domain) -> None:
    Domain.objects.update(verified_at=timezone.now())
    add_domain("mail.contoso.com", by=None)
    Domain.objects.update(tracker={"was_low": True})
    batch = make_batch()
    make_user(batch, "pilarp@contoso.com")
    make_user(batch, "anna@shop.contoso.com")
    text = page_at(administrator_client, f"{url}remove/").text
    assert "Nothing changes in the DNS." in text
    assert "1 domain below it is verified through it" in text
    assert "1 mailbox of it is in a batch, and goes on syncing." in text
    assert "with the count of the 72 hours: added again, the domain begins anew." in text
    assert "Mailboxes of domains below it are in batches, and lose its proof: shop.contoso.com." in text
    answer = Page(administrator_client.post(f"{url}remove/", follow=True))
    assert "contoso.com has been removed." in answer.text
    assert list(Domain.objects.values_list("name", flat=True)) == ["mail.contoso.com"]


def test_a_domain_below_a_removed_one_waits_for_the_workers_from_then_on(
    administrator_client: Client, url: str, domain: Domain
) -> None:
    long_ago = timezone.now() - timedelta(days=3)
    Domain.objects.update(verified_at=long_ago)
    below = add_domain("mail.contoso.com", by=None)
    Domain.objects.filter(pk=below.pk).update(added_at=long_ago, asked_at=long_ago)
    administrator_client.post(f"{url}remove/")
    page = page_at(administrator_client, f"/domains/{below.pk}/")
    assert "The name servers are being asked." in page.text
    assert "No worker has taken up this check yet." not in page.text


def test_a_record_that_has_gone_is_no_alarm(administrator_client: Client, url: str) -> None:
    now = timezone.now()
    Domain.objects.update(verified_at=now, gone_since=now, checked_at=now, verification_due_at=None)
    page = page_at(administrator_client, url)
    assert "Verified, record gone" in page.text
    assert "The domain still counts as verified." in page.text
    assert not page.all("div", class_="notice notice-warning")


def test_another_target_is_told_to_begin_mx_changes_anew(administrator_client: Client, url: str) -> None:
    assert "judged anew" not in page_at(administrator_client, "/settings/domains/").text
    Domain.objects.update(mx_stage="waiting")
    assert (
        "The MX change of 1 domain has begun: with another target"
        in page_at(administrator_client, "/settings/domains/").text
    )


def test_the_mail_servers_of_before_can_be_corrected(administrator_client: Client, url: str) -> None:
    page = Page(refused(administrator_client, f"{url}source-hosts/", {"hosts": "mail contoso\nlocalhost"}))
    assert "is no host name" in page.one("ul", id="id_hosts_error").text
    administrator_client.post(f"{url}source-hosts/", {"hosts": "Mail.Contoso.com.\nmail2.contoso.com"})
    assert Domain.objects.get().source_hosts == ["mail.contoso.com", "mail2.contoso.com"]
    assert AuditEntry.objects.get(action="name source hosts").details["hosts"]["from"] == []


def test_with_the_first_domain_at_microsoft_365_the_dkim_records_are_exact(administrator_client: Client) -> None:
    assert "*" in target_of("contoso.com").dkim_hosts[0]
    form = {"mail_target": "microsoft_365", "target_tenant": "contoso.example"}
    assert "as Microsoft 365 gave it" in Page(administrator_client.post("/settings/domains/", form)).text
    administrator_client.post("/settings/domains/", form | {"target_tenant": "Contoso.onmicrosoft.com"})
    assert target_of("contoso.com").dkim_hosts[0] == "selector1-contoso-com._domainkey.contoso.onmicrosoft.com"


def test_the_target_of_the_mail_is_decided_once_for_all_domains(administrator_client: Client) -> None:
    assert target_of("contoso.com").mx_hosts == ("contoso-com.mail.protection.outlook.com",)
    own = {"mail_target": "own", "target_mx_hosts": "", "target_spf_include": "include:spf.fabrikam.com"}
    answer = administrator_client.post("/settings/domains/", own)
    assert "Type at least one mail server" in Page(answer).text
    administrator_client.post("/settings/domains/", own | {"target_mx_hosts": "mx1.fabrikam.com, mx2.fabrikam.com"})
    target = target_of("contoso.com")
    assert (target.mx_hosts, target.spf_include) == (("mx1.fabrikam.com", "mx2.fabrikam.com"), "spf.fabrikam.com")
    assert organization().verified_domains_only is False  # a box that is not ticked
    changed = AuditEntry.objects.get(action="change settings").details["target_mx_hosts"]
    assert changed == {"from": [], "to": ["mx1.fabrikam.com", "mx2.fabrikam.com"]}


def test_old_looks_are_forgotten_but_for_the_newest_of_each_kind(domain: Domain) -> None:
    at = timezone.now() - CHECKS_KEPT - timedelta(days=1)
    for kind in ("verification", "verification", "mx"):
        domain.checks.create(kind=kind, first_at=at, last_at=at, passed=True, result={}, fingerprint="x")
    newest = domain.checks.create(
        kind="verification", first_at=at, last_at=timezone.now(), passed=True, result={}, fingerprint="y"
    )
    wipe_expired(timezone.now())
    assert sorted(domain.checks.values_list("kind", flat=True)) == ["mx", "verification"]
    assert domain.checks.filter(pk=newest.pk).exists()
