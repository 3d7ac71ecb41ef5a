"""The page of a domain's mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from batches.models import MigrationUser
from domains.dns.mail import Question
from domains.models import Domain
from domains.services import add_domain
from tests.batches.examples import make_batch, make_user
from tests.domains.mail.looks import NEW, OLD, look, records
from tests.html import Page, page_at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def domain(db: None) -> Domain:
    domain = add_domain("contoso.com", by=None)
    Domain.objects.update(verified_at=timezone.now(), asked_at=None, added_at=timezone.now() - 30 * DAY)
    Domain.objects.update(checked_at=timezone.now())
    return domain


def shown(client: Client, domain: Domain, **headers: str) -> Page:
    return page_at(client, f"/domains/{domain.pk}/mail/", headers=headers)


def test_before_the_first_look_the_page_says_so(helpdesk_client: Client, domain: Domain) -> None:
    page = shown(helpdesk_client, domain)
    assert page.one("h1").text == "Mail of contoso.com"
    assert "The name servers have not been asked yet." in page.text
    assert not page.all("form", action=f"/domains/{domain.pk}/check/")


def test_of_a_change_at_one_of_two_servers_both_are_told(administrator_client: Client, domain: Domain) -> None:
    now = timezone.now()
    look(domain, now - HOUR, OLD, OLD, ttl=86400)
    look(domain, now, NEW, OLD, OLD)
    page = shown(administrator_client, domain)
    assert page.one("li", **{"aria-current": "step"}).text.endswith("Changed at 1 of 2 name servers.")
    assert "Still the old answer: ns2.contoso.com (192.0.2.2)" in page.text
    assert "in the cache of a resolver, which forgets it by itself: 192.0.2.53" in page.text
    assert len(page.rows()) == 2
    assert page.one("div", id="mail-news")["hx-trigger"] == "every 15s"


def test_four_days_after_the_last_old_answer_it_is_safe_and_the_page_rests(
    administrator_client: Client, domain: Domain
) -> None:
    now = timezone.now()
    for ago, answer in ((5 * DAY, OLD), (4 * DAY, NEW), (HOUR, NEW)):
        look(domain, now - ago, answer, answer, answer)
    page = shown(administrator_client, domain)
    assert "Safe" in [badge.text for badge in page.all("span", class_="badge")]
    assert "hx-trigger" not in page.one("div", id="mail-news").attributes
    assert "Raise the TTL of the MX records again" in page.text


def test_a_record_that_is_turned_back_is_told(administrator_client: Client, domain: Domain) -> None:
    now = timezone.now()
    for ago, answer in ((3 * HOUR, OLD), (2 * HOUR, NEW), (HOUR, OLD)):
        look(domain, now - ago, answer, answer)
    assert "gives the old answer again" in shown(administrator_client, domain).text


def test_batches_tell_when_a_message_came_to_the_source_last(administrator_client: Client, domain: Domain) -> None:
    batch, now = make_batch(), timezone.now()
    make_user(batch, "anna@contoso.com", last_new_items_at=now, last_synced_at=now)
    make_user(batch, "toby@fabrikam.com", last_new_items_at=now + DAY, last_synced_at=now)
    rows = shown(administrator_client, domain).rows()
    assert [row[:2] for row in rows] == [["StagedBatch1", "1"]]


def test_htmx_gets_what_is_new_alone(administrator_client: Client, domain: Domain) -> None:
    page = shown(administrator_client, domain, **{"HX-Request": "true"})
    assert page.one("div", id="mail-news")
    assert not page.all("body")


def test_each_record_is_shown_with_what_it_should_be(administrator_client: Client, domain: Domain) -> None:
    now = timezone.now()
    look(domain, now, OLD, OLD, ttl=86400)
    records(domain, now, {Question.MX: OLD, Question.TXT: ["v=spf1 mx -all"]}, ttl=86400)
    page = shown(administrator_client, domain)
    assert "Other systems keep this record for a long time (86400 seconds)." in page.text
    assert "The new system may not send mail for this domain yet." in page.text
    assert "v=spf1 mx include:spf.protection.outlook.com -all" in [code.text for code in page.all("code")]
    assert len(page.all("section", class_="mail-record")) == 5


def test_autodiscover_is_advised_only_when_all_mailboxes_have_moved(
    administrator_client: Client, domain: Domain
) -> None:
    now = timezone.now()
    user = make_user(make_batch(), "anna@contoso.com", status="queued")
    for ago, answer in ((5 * DAY, OLD), (4 * DAY, NEW), (HOUR, NEW)):
        look(domain, now - ago, answer, answer, answer)
    records(domain, now, {Question.MX: NEW, Question.AUTODISCOVER: ["192.0.2.25"]})
    assert "Still to be synced: 1." in shown(administrator_client, domain).text
    MigrationUser.objects.filter(pk=user.pk).update(status="synced", first_synced_at=now)
    page = shown(administrator_client, domain)
    assert "Leave it so" not in page.text
    assert "autodiscover.outlook.com" in [code.text for code in page.all("code")]


def test_many_looks_cost_no_more_queries_than_one(
    administrator_client: Client, domain: Domain, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for hours in range(30, 0, -1):
        look(domain, now - hours * HOUR, OLD if hours % 2 else NEW, OLD)
    with django_assert_max_num_queries(14):
        page = shown(administrator_client, domain)
    assert len(page.rows()) == 20
