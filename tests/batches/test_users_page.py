"""The list of a batch's mailboxes."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from batches.models import MigrationBatch
from tests.batches.examples import make_batch, make_user, make_users
from tests.html import Page, page_at


def users_page(client: Client, batch: MigrationBatch, query: str = "") -> Page:
    return page_at(client, f"/batches/{batch.pk}/users/{query}")


def names(page: Page) -> list[str]:
    return [row[0] for row in page.rows()]


def test_each_mailbox_shows_its_figures(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_user(batch, "a@contoso.com", status="synced", items_synced=12_345, items_skipped=2, items_total=12_347)
    make_user(batch, "b@contoso.com", status="syncing", items_synced=1_000, items_total=4_000)
    page = users_page(helpdesk_client, batch)
    assert page.rows() == [
        ["a@contoso.com", "Synced", "", "12,345", "2"],
        ["b@contoso.com", "Syncing", "", "1,000 / 4,000", "0"],
    ]
    bars = page.all("progress", class_="bar")
    assert [(bar["value"], bar["max"]) for bar in bars] == [("12347", "12347"), ("1000", "4000")]


def test_the_page_tells_of_its_batch(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_user(batch, "a@contoso.com", status="synced")
    make_user(batch, "b@contoso.com", status="failed")
    page = users_page(helpdesk_client, batch)
    assert page.one("h1").text == "StagedBatch1"
    assert [link.text for link in page.all("a", href=f"/batches/{batch.pk}/")] == ["StagedBatch1"]
    assert page.one("ul", class_="tiles").text.startswith("Synced with errorsStatus 50 %Percentage synced")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["c", "a", "b"]),
        ("?sort=identity", ["a", "b", "c"]),
        ("?sort=-identity", ["c", "b", "a"]),
        ("?sort=synced", ["b", "c", "a"]),
        ("?sort=-skipped", ["a", "c", "b"]),
        ("?sort=status", ["a", "c", "b"]),
        ("?sort=password", ["c", "a", "b"]),
        ("?q=B@CON", ["b"]),
        ("?status=failed", ["a"]),
        ("?status=nonsense", []),
    ],
)
def test_the_address_says_what_is_shown(query: str, expected: list[str], helpdesk_client: Client) -> None:
    batch = make_batch()
    make_user(batch, "c@contoso.com", status="queued", items_synced=5)
    make_user(batch, "a@contoso.com", status="failed", items_synced=9, items_skipped=3)
    make_user(batch, "b@contoso.com", status="synced")
    assert [name.partition("@")[0] for name in names(users_page(helpdesk_client, batch, query))] == expected


def test_fifty_stand_on_a_page(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_users(batch, 51)
    page = users_page(helpdesk_client, batch, "?page=2&sort=-identity")
    assert names(page) == ["user000@contoso.com"]
    assert page.one("a", rel="prev")["href"] == f"/batches/{batch.pk}/users/?page=1&sort=-identity"


def test_nothing_found_leads_back_to_all(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    assert "No mailbox matches" in users_page(helpdesk_client, batch, "?q=zebra").text


def test_a_batch_without_mailboxes_says_what_to_do(helpdesk_client: Client) -> None:
    assert "This batch has no mailboxes any more" in users_page(helpdesk_client, make_batch()).text


def test_commands_and_reports_are_for_those_who_may(
    administrator_client: Client, manager_client: Client, helpdesk_client: Client
) -> None:
    batch = make_batch()
    make_user(batch)

    def offered(client: Client) -> list[str]:
        page = users_page(client, batch)
        commands = [element for element in page.elements if element["class"].split()[:1] == ["command"]]
        always = [element for element in commands if "bulk" not in element["class"] and "selec" not in element["id"]]
        return [element.text for element in always if element["id"] not in {"", "more"}]

    assert offered(administrator_client) == ["Stop", "Delete", "Add mailboxes", "Refresh", "Statistics", "Errors"]
    assert offered(manager_client) == ["Refresh", "Statistics", "Errors"]
    assert offered(helpdesk_client) == ["Refresh"]
    make_user(batch, "failed@contoso.com", status="failed")
    assert "New batch from failed mailboxes" in offered(administrator_client)


@pytest.mark.parametrize(("status", "polls"), [("syncing", True), ("synced", False)])
def test_the_list_refreshes_itself_only_while_something_moves(
    status: str, polls: bool, helpdesk_client: Client
) -> None:
    batch = make_batch()
    make_user(batch, status=status, due_at=None)
    assert bool(users_page(helpdesk_client, batch).one("div", id="user-table")["hx-trigger"]) is polls


def test_htmx_gets_the_list_and_the_commands_that_fit_it_now(administrator_client: Client) -> None:
    batch = make_batch()
    make_user(batch)
    page = page_at(administrator_client, f"/batches/{batch.pk}/users/", headers={"HX-Request": "true"})
    assert page.one("div", id="batch-commands")["hx-swap-oob"] == "innerHTML"
    assert [link.text for link in page.all("a", id="batch-stop")] == ["Stop"]
    assert not page.all("body")


def test_the_number_of_queries_does_not_grow(
    helpdesk_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = make_batch()
    make_user(batch)
    with django_assert_max_num_queries(19) as few:
        users_page(helpdesk_client, batch)
    make_users(batch, 30)
    with django_assert_max_num_queries(len(few)):
        users_page(helpdesk_client, batch)


def test_passwords_are_not_even_read(helpdesk_client: Client, settings: Settings) -> None:
    batch = make_batch()
    user = make_user(batch, source_password="canary", target_password="canary")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]  # whoever reads one now gets an error
    assert "canary" not in users_page(helpdesk_client, batch).source
    assert "canary" not in page_at(helpdesk_client, f"/batches/{batch.pk}/users/{user.pk}/").source
