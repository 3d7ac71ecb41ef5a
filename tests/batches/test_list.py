"""The list of batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches.models import MigrationBatch, MigrationUser
from batches.states import BatchStatus, Decision
from batches.words import BATCH_HELP
from tests.batches.examples import make_batch, make_user, make_users
from tests.html import Page, page_at

URL = "/batches/"
HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


def batch_of(name: str, **numbers: int) -> MigrationBatch:
    """A batch with so many users of each status."""
    batch = make_batch(name)
    for status, number in numbers.items():
        for i in range(number):
            make_user(batch, f"{status}{i}@{name.lower()}.example", status=status)
    return batch


def names(page: Page) -> list[str]:
    return [row[0] for row in page.rows()]


def test_each_batch_shows_its_figures(helpdesk_client: Client) -> None:
    batch_of("StagedBatch1", synced=3, incremental_syncing=1, failed=1, syncing=1)
    row = page_at(helpdesk_client, URL).rows()[0]
    assert row == ["StagedBatch1", "Syncing 1 failed", "66 %", "6", "4", "0", "1"]


def test_a_hundred_per_cent_means_all_of_them(helpdesk_client: Client) -> None:
    batch_of("Large", synced=199, failed=1)
    assert page_at(helpdesk_client, URL).rows()[0][2] == "99 %"


def test_the_line_over_the_list_sums_up_all_batches(helpdesk_client: Client) -> None:
    batch_of("One", synced=3, failed=1)
    batch_of("Two", synced=2, queued=4)
    tiles = page_at(helpdesk_client, URL).one("ul", class_="tiles")
    assert tiles["aria-label"] == "Status for all batches"
    assert tiles.text == "10Total mailboxes 5Synced mailboxes 0Finalized mailboxes 1Failed mailboxes"


def test_every_status_is_explained_where_one_points_at_it(helpdesk_client: Client) -> None:
    batch_of("One", synced=1)
    page = page_at(helpdesk_client, URL)
    badge = page.one("button", class_="badge")
    words = page.one("div", id=badge["popovertarget"])
    assert (badge.text, words.text) == ("Synced", f"{BATCH_HELP[BatchStatus.SYNCED]} Learn more")
    assert badge["aria-describedby"] == words["id"]


def test_synced_is_explained_as_an_end_where_no_incremental_sync_follows(helpdesk_client: Client) -> None:
    user = make_user(make_batch("One", allow_incremental_syncs=False), status="synced")
    for url in (URL, f"{URL}{user.batch_id}/users/", f"{URL}{user.batch_id}/users/{user.pk}/"):
        page = page_at(helpdesk_client, url)
        words = page.one("div", id=page.all("button", class_="badge")[0]["popovertarget"]).text
        assert "incremental syncs are off" in words
        assert "kept in step" not in words


def test_an_empty_list_says_what_to_do_first(administrator_client: Client, helpdesk_client: Client) -> None:
    administrators = page_at(administrator_client, URL)
    assert "No migration batches yet" in administrators.text
    assert administrators.one("a", class_="button-primary")["href"] == "/batches/new/"
    assert "An administrator makes the first one" in page_at(helpdesk_client, URL).text


def test_only_administrators_are_offered_a_new_batch(administrator_client: Client, manager_client: Client) -> None:
    batch_of("One", synced=1)
    assert page_at(administrator_client, URL).all("a", href="/batches/new/")
    assert not page_at(manager_client, URL).all("a", href="/batches/new/")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alpha", "beta", "Gamma"]),
        ("?sort=-name", ["Gamma", "beta", "Alpha"]),
        ("?sort=failed", ["Alpha", "Gamma", "beta"]),
        ("?sort=-total", ["Gamma", "beta", "Alpha"]),
        ("?sort=percentage", ["Gamma", "beta", "Alpha"]),
        ("?sort=status", ["Alpha", "beta", "Gamma"]),
        ("?sort=nonsense", ["Alpha", "beta", "Gamma"]),
        ("?q=A", ["Alpha", "beta", "Gamma"]),
        ("?q=ALPH", ["Alpha"]),
        ("?status=synced_with_errors", ["beta"]),
        ("?status=nonsense", []),
        ("?page=99", ["Alpha", "beta", "Gamma"]),
        ("?page=nonsense&q=%00", ["Alpha", "beta", "Gamma"]),
    ],
)
def test_the_address_says_what_is_shown(query: str, expected: list[str], helpdesk_client: Client) -> None:
    batch_of("Alpha", synced=1)
    batch_of("beta", synced=1, failed=1)
    batch_of("Gamma", syncing=3)
    assert names(page_at(helpdesk_client, URL + query)) == expected


def test_the_sorted_column_says_so(helpdesk_client: Client) -> None:
    batch_of("Alpha", synced=1)
    page = page_at(helpdesk_client, URL + "?q=a&sort=failed")
    assert [head.text for head in page.all("th", aria_sort="ascending")] == ["Failed"]
    assert page.one("a", id="sort-failed")["href"] == "/batches/?q=a&sort=-failed"


def test_nothing_found_leads_back_to_all(helpdesk_client: Client) -> None:
    batch_of("Alpha", synced=1)
    page = page_at(helpdesk_client, URL + "?q=zebra")
    assert "No batch matches" in page.text
    assert page.all("a", class_="button", href="/batches/")


def test_fifty_stand_on_a_page(helpdesk_client: Client) -> None:
    for i in range(51):
        make_batch(f"Batch{i:02}")
    first, second = (page_at(helpdesk_client, URL + query) for query in ("?q=batch", "?q=batch&page=2"))
    assert (len(first.rows()), names(second)) == (50, ["Batch50"])
    assert first.one("a", rel="next")["href"] == "/batches/?q=batch&page=2"
    assert "51 to 51 of 51" in second.one("nav", class_="pages").text


def test_a_deleted_batch_leaves_the_list_and_its_history_stays(helpdesk_client: Client) -> None:
    batch = batch_of("Gone", synced=1)
    MigrationBatch.objects.update(decision=Decision.REMOVING, deleted_at=timezone.now())
    assert names(page_at(helpdesk_client, URL)) == []
    assert page_at(helpdesk_client, URL + "?status=deleted").rows()[0][:2] == ["Gone", "Deleted"]
    assert page_at(helpdesk_client, f"/batches/{batch.pk}/").one("h2", id="flyout-title").text == "Gone"


@pytest.mark.parametrize("status", ["syncing", "queued", "synced", "failed"])
def test_a_batch_that_moves_is_looked_at_every_two_seconds(status: str, helpdesk_client: Client) -> None:
    batch_of("One", **{status: 1})
    MigrationUser.objects.update(due_at=None)
    moves = status in {"syncing", "queued"}
    table = page_at(helpdesk_client, URL + "?sort=name").one("div", id="batch-table")
    assert (table["hx-trigger"], table["hx-get"]) == (("every 2s", "/batches/?sort=name") if moves else ("", ""))


@pytest.mark.parametrize(("due_in", "trigger"), [(timedelta(), "every 2s"), (timedelta(hours=9), "every 60s")])
def test_work_that_is_due_is_seen_to_begin(due_in: timedelta, trigger: str, helpdesk_client: Client) -> None:
    batch_of("One", synced=3)
    MigrationUser.objects.update(due_at=timezone.now() + due_in)
    assert page_at(helpdesk_client, URL).one("div", id="batch-table")["hx-trigger"] == trigger


def test_a_batch_that_waits_for_its_time_is_looked_at_now_and_then(helpdesk_client: Client) -> None:
    batch, later = batch_of("Later", queued=1), timezone.now() + timedelta(hours=1)
    MigrationBatch.objects.filter(pk=batch.pk).update(start_after=later)
    MigrationUser.objects.update(due_at=later)
    page = page_at(helpdesk_client, URL)
    assert page.rows()[0][1].startswith("WaitingBegins after ")
    assert page.one("div", id="batch-table")["hx-trigger"] == "every 60s"


@pytest.mark.parametrize("decision", [Decision.CREATED, Decision.STOPPED])
def test_what_nobody_started_is_not_looked_at_again(decision: str, helpdesk_client: Client) -> None:
    batch = batch_of("One", synced=1)
    MigrationBatch.objects.filter(pk=batch.pk).update(decision=decision)
    assert not page_at(helpdesk_client, URL).one("div", id="batch-table")["hx-trigger"]


def test_htmx_gets_the_piece_and_nothing_around_it(helpdesk_client: Client) -> None:
    batch_of("One", syncing=1)
    page = page_at(helpdesk_client, URL, **HTMX)
    assert not page.all("body")
    assert page.one("title").text == "Migration batches · Migration Center"
    assert page.one("div", id="flyout")["hx-swap-oob"] == "innerHTML"
    assert names(page) == ["One"]


def test_neither_a_proxy_nor_the_back_button_takes_a_piece_for_a_page(helpdesk_client: Client) -> None:
    answer = helpdesk_client.get(URL)
    assert "HX-Request" in answer.headers["Vary"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_number_of_queries_does_not_grow(
    helpdesk_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_users(make_batch("Batch0"), 1)
    with django_assert_num_queries(
        7
    ):  # session, person, mailboxes counted, batches, those shown, their endpoints, the bell
        helpdesk_client.get(URL)
    for i in range(1, 10):
        make_users(make_batch(f"Batch{i}"), 5)
    with django_assert_num_queries(7):
        helpdesk_client.get(URL)
