"""A verified domain whose record has gone is noticed, and told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from core.models import Person
from domains.models import Domain
from notifications.models import Event, Mail
from notifications.watching_domains import look
from tests.batches.examples import NOON
from tests.html import page_at

SOON = NOON + timedelta(minutes=1)


@pytest.fixture
def gone(db: None) -> Domain:
    return Domain.objects.create(name="contoso.com", verified_at=NOON - timedelta(days=30), gone_since=NOON)


def test_a_record_that_has_gone_is_told_once_and_again_when_it_goes_anew(gone: Domain) -> None:
    look(SOON)
    look(SOON)
    assert Event.objects.get(domain=gone).kind == "record_gone"
    Domain.objects.update(gone_since=None)
    look(SOON)
    assert Event.objects.get(domain=gone).closed_at == SOON
    Domain.objects.update(gone_since=SOON)
    look(SOON)
    assert Event.objects.filter(domain=gone).count() == 2


def test_of_a_domain_whose_record_is_there_nothing_is_told(gone: Domain) -> None:
    Domain.objects.update(gone_since=None)
    look(SOON)
    assert not Event.objects.exists()


def test_administrators_who_have_an_address_get_a_mail(
    gone: Domain, administrator: Person, manager: Person, helpdesk: Person
) -> None:
    Person.objects.filter(pk=administrator.pk).update(email="it@contoso.com")
    Person.objects.filter(pk=manager.pk).update(email="manager@contoso.com")
    look(SOON)
    mail = Mail.objects.get()
    assert (mail.recipient, mail.subject) == ("it@contoso.com", "The verification record of contoso.com is gone")
    assert f"/domains/{gone.pk}/" in mail.text
    assert "because you are an administrator here" in mail.text


def test_the_bell_leads_to_the_domain(gone: Domain, helpdesk_client: Client) -> None:
    look(SOON)
    page = page_at(helpdesk_client, "/notifications/")
    (link,) = page.all("a", href=f"/domains/{gone.pk}/")
    assert link.text == "The verification record of contoso.com is gone"


def test_removing_the_domain_takes_its_news_along(gone: Domain) -> None:
    look(SOON)
    gone.delete()
    assert not Event.objects.exists()
