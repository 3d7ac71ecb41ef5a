"""The domains whose mail moves."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from domains.models import Domain
from tests.batches.examples import make_batch, make_user
from tests.html import page_at

URL = "/domains/"


def test_domains_come_from_the_addresses_in_batches(helpdesk_client: Client) -> None:
    first, second = make_batch("One"), make_batch("Two")
    for i, status in enumerate(["queued", "syncing", "synced", "synced", "stopped", "failed"]):
        make_user(first, f"user{i}@contoso.com", status=status)
    make_user(second, "judyl@Contoso.COM", status="incremental_syncing")
    make_user(second, "erikr@fabrikam.com", status="synced")
    assert page_at(helpdesk_client, URL).rows() == [
        ["contoso.com", "Not added", "42 %", "7", "1", "1", "3", "1", "1"],
        ["fabrikam.com", "Not added", "100 %", "1", "0", "0", "1", "0", "0"],
    ]


def test_deleted_batches_count_for_nothing(helpdesk_client: Client) -> None:
    make_user(make_batch(deleted_at=timezone.now()))
    assert "No domains yet" in page_at(helpdesk_client, URL).text


def test_a_domain_without_mailboxes_says_so(helpdesk_client: Client) -> None:
    Domain.objects.create(name="example.org")
    assert page_at(helpdesk_client, URL).rows() == [
        ["example.org", "Setup not finished", "No mailbox of this domain is in a batch yet."]
    ]


def test_an_empty_list_says_what_to_do_first(helpdesk_client: Client) -> None:
    assert "Add it, and prove it with a record in the DNS." in page_at(helpdesk_client, URL).text


def test_everybody_who_signs_in_may_look(
    administrator_client: Client, manager_client: Client, helpdesk_client: Client, stranger: Client
) -> None:
    clients = (administrator_client, manager_client, helpdesk_client, stranger)
    assert [client.get(URL).status_code for client in clients] == [200, 200, 200, 302]


def test_the_number_of_queries_does_not_grow(
    helpdesk_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(6):  # session, person, batches on the list, mailboxes counted, domains, the bell
        helpdesk_client.get(URL)
    batch = make_batch()
    for i in range(10):
        make_user(batch, f"user@domain{i}.example")
    with django_assert_num_queries(6):
        helpdesk_client.get(URL)
