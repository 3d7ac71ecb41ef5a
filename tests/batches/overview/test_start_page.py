"""The start page: what it shows to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches.states import Decision
from tests.batches.examples import make_batch, make_user, make_users
from tests.html import Page, page_at

URL = "/overview/"
HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


def test_it_is_the_start_page(helpdesk_client: Client) -> None:
    assert helpdesk_client.get("/").headers["Location"] == URL


def test_a_new_installation_says_what_to_do_first(administrator_client: Client, helpdesk_client: Client) -> None:
    page = page_at(administrator_client, URL)
    assert page.one("a", id="welcome-endpoint")["href"] == "/endpoints/new/"
    assert "0 of 11 done." in page.text
    assert "An administrator begins by describing" in page_at(helpdesk_client, URL).text


def test_only_administrators_are_offered_what_only_they_may_do(
    administrator_client: Client, helpdesk_client: Client, manager_client: Client
) -> None:
    make_user(make_batch(), status="synced")
    assert page_at(administrator_client, URL).all("form", action="/overview/tasks/convert/tick/")
    for client in (helpdesk_client, manager_client):
        page = page_at(client, URL)
        assert not [form for form in page.all("form") if "/overview/" in form["action"]]
        assert not page.all("a", href="/batches/new/")
        assert "How to do it by hand" in page.text


def test_its_figures_are_those_of_the_list(helpdesk_client: Client) -> None:
    for name, status in (("One", "synced"), ("Two", "failed"), ("Three", "syncing"), ("Four", "stopped")):
        make_users(make_batch(name), 2, status=status, items_total=10, items_synced=4, octets_synced=1024)
    make_user(make_batch("Gone", decision=Decision.REMOVING, deleted_at="2026-03-02T12:00Z"))
    figures = page_at(helpdesk_client, URL).one("ul", class_="tiles").text
    listed = page_at(helpdesk_client, "/batches/").one("ul", class_="tiles").text
    for tile in ("8Total", "0Waiting", "2Active", "2Synced", "2Stopped", "2Failed"):
        assert f"{tile} mailboxes" in figures
    assert listed.startswith("8Total mailboxes 2Synced mailboxes")
    assert "32Items synced 8.0 KBData copied" in figures


def test_mailboxes_of_a_batch_that_waits_for_its_time_are_not_active(helpdesk_client: Client) -> None:
    make_users(make_batch(start_after=timezone.now() + timedelta(days=1)), 2, status="queued")
    figures = page_at(helpdesk_client, URL).one("ul", class_="tiles").text
    assert "2Waiting mailboxes" in figures
    assert "0Active mailboxes" in figures


def test_its_queries_do_not_grow(helpdesk_client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_user(make_batch("First"), status="syncing")
    helpdesk_client.get(URL)
    with CaptureQueriesContext(connection) as few:
        helpdesk_client.get(URL)
    for number in range(4):
        make_user(make_batch(f"Batch{number}"), status="failed", error_code="sign_in_failed", error_side="source")
        make_user(make_batch(f"Later{number}", attention="sign_in_failures"), status="syncing")
    with django_assert_num_queries(len(few)):
        helpdesk_client.get(URL)


@pytest.mark.parametrize(("status", "polls"), [("syncing", True), ("failed", False)])
def test_it_asks_for_news_only_while_something_moves(status: str, polls: bool, helpdesk_client: Client) -> None:
    make_user(make_batch(), status=status, due_at=None)
    assert bool(page_at(helpdesk_client, URL).one("div", id="overview-news")["hx-trigger"]) is polls


def test_an_update_brings_the_news_only(helpdesk_client: Client) -> None:
    make_user(make_batch(), status="syncing")
    page = Page(helpdesk_client.get(URL, **HTMX))
    assert page.one("div", id="overview-news")
    assert not page.all("section", id="throughput")
