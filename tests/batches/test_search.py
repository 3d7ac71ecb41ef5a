"""Where is my mail? Answered from every page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches.models import MigrationUser
from batches.plain_words import plain_words
from batches.search import MOST, find
from batches.states import Decision
from tests.batches.examples import NOON, make_batch, make_user, make_users
from tests.html import page_at

pytestmark = pytest.mark.django_db
URL = "/batches/search/"


def test_every_page_has_the_box(helpdesk_client: Client) -> None:
    for url in ("/overview/", "/batches/", "/endpoints/"):
        form = page_at(helpdesk_client, url).one("form", class_="top-search")
        assert (form["action"], form["method"], form["role"]) == (URL, "get", "search")


def test_one_finding_is_gone_to_at_once_and_says_what_to_tell(helpdesk_client: Client) -> None:
    user = make_user(make_batch(), "Anna.Bakker@contoso.com", status="synced", first_synced_at=NOON, due_at=None)
    make_user(user.batch, "bert@contoso.com")
    answer = helpdesk_client.get(URL, {"q": " anna.b "}, follow=True)
    assert answer.redirect_chain == [(f"/batches/{user.batch_id}/users/{user.pk}/", 303)]
    assert "Copied: 0 of 0 messages." in answer.content.decode()


def test_an_exact_address_is_found_alone(helpdesk_client: Client) -> None:
    batch = make_batch()
    ann = make_user(batch, "ann@contoso.com")
    make_user(batch, "ann@contoso.com.au")
    assert find("ANN@contoso.com").users == [ann]
    assert len(find("ann").users) == 2


def test_a_surname_finds_whose_address_has_it_further_on_if_none_begins_so() -> None:
    batch = make_batch()
    olga, _other = (make_user(batch, f"{name}@contoso.com") for name in ("olga.bakker", "bert"))
    assert find("Bakker").users == [olga]
    baker = make_user(batch, "bakker@contoso.com")
    assert find("bakker").users == [baker]


def test_several_findings_are_listed_with_a_sentence_each(
    helpdesk_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    gone = make_batch("Old staged", decision=Decision.REMOVING, deleted_at=NOON)
    make_user(gone, "user000@contoso.com", status="stopped")
    batch = make_batch("Users of Utrecht")
    make_users(batch, 20, status="synced", first_synced_at=NOON, items_synced=12_300, items_total=12_345)
    with django_assert_max_num_queries(10):
        page = page_at(helpdesk_client, f"{URL}?q=user")
    text = page.text
    assert "Users of Utrecht" in text
    assert text.index("user019@contoso.com") < text.index("In the batch Old staged · deleted")
    assert text.count("Copied: 12,300 of 12,345 messages.") == 20


def test_a_batch_is_found_by_any_part_of_its_name(helpdesk_client: Client) -> None:
    batch = make_batch("Users of Utrecht")
    assert helpdesk_client.get(URL, {"q": "utr"}).headers["Location"] == f"/batches/{batch.pk}/"


@pytest.mark.parametrize(("text", "said"), [("", "Where is somebody's mail?"), ("zebra", "Nothing was found")])
def test_nothing_found_says_what_to_do(text: str, said: str, helpdesk_client: Client) -> None:
    make_user(make_batch())
    assert said in page_at(helpdesk_client, URL, data={"q": text}).text.replace("’", "'").replace("&#x27;", "'")


@pytest.mark.parametrize("odd", ["%", "_", "\\", "\0", "'", "ü", "x" * 1000])
def test_whatever_is_typed_is_taken_as_it_is(odd: str, helpdesk_client: Client) -> None:
    make_user(make_batch())
    assert "Nothing was found" in page_at(helpdesk_client, URL, data={"q": f"{odd}q"}).text


def test_more_than_a_page_asks_for_more_of_the_address(helpdesk_client: Client) -> None:
    make_users(make_batch(), MOST + 1)
    assert "These are the first 50. Type more" in page_at(helpdesk_client, f"{URL}?q=user").text


def test_a_search_reads_an_index_and_not_all_mailboxes() -> None:
    make_user(make_batch())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = find_plan("anna")
    assert "address_l" in plan
    assert "SCAN batches_migrationuser" not in plan
    assert "Seq Scan on batches_migrationuser" not in plan


def find_plan(text: str) -> str:
    from batches.search import _begins_with

    return MigrationUser.objects.filter(_begins_with(text)).order_by("address_lower").explain()


SOON = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "batch", "words"),
    [
        ({}, {}, "Nothing has been copied yet. It waits for its turn."),
        ({"due_at": SOON}, {}, "Nothing has been copied yet. It goes on after 2 March 2026 13:00 UTC."),
        ({"due_at": None}, {"decision": "created"}, "Nothing has been copied yet. Its batch has not been started yet."),
        (
            {"status": "syncing", "items_synced": 1_000, "items_total": 4_000},
            {},
            "Copied so far: 1,000 of 4,000 messages. It is being copied at this moment.",
        ),
        (
            {"status": "syncing", "items_synced": 1_000, "items_total": 4_000, "lease": "x", "lease_until": NOON},
            {},
            "Copied so far: 1,000 of 4,000 messages. Nobody copies it just now.",
        ),
        (
            {"items_synced": 200, "fast_lane_at": NOON},
            {},
            "Copied so far: 200 messages. The newest mail is there since 2 March 2026 12:00 UTC. It waits for its turn.",
        ),
        (
            {"status": "synced", "first_synced_at": NOON, "last_synced_at": NOON, "due_at": SOON, "items_skipped": 1},
            {},
            "Copied: 0 of 0 messages. 1 message could not be brought over. Last looked for new items 2 March 2026 12:00 UTC. "
            "New mail comes over with the next sync, after 2 March 2026 13:00 UTC.",
        ),
        (
            {"status": "synced", "first_synced_at": NOON},
            {},
            "Copied: 0 of 0 messages. New mail comes over with the next sync, which is due now.",
        ),
        (
            {"status": "synced", "first_synced_at": NOON, "due_at": None},
            {"allow_incremental_syncs": False},
            "Copied: 0 of 0 messages. Incremental syncs are off for its batch: new mail comes over only when an administrator "
            "syncs it again.",
        ),
        (
            {"status": "failed"},
            {},
            "Nothing has been copied yet. It stands still because of an error: an administrator has to act.",
        ),
        (
            {"status": "stopped"},
            {},
            "Nothing has been copied yet. It has been stopped: it goes on when an administrator resumes it.",
        ),
        (
            {"status": "synced", "first_synced_at": NOON},
            {"decision": "removing", "deleted_at": NOON},
            "Copied: 0 of 0 messages. Its migration has ended: new mail is not brought over any more.",
        ),
    ],
)
def test_helpdesk_can_read_out_how_a_mailbox_is(fields: dict[str, Any], batch: dict[str, Any], words: str) -> None:
    with timezone.override("UTC"):
        assert plain_words(make_user(make_batch(**batch), **fields), NOON) == words
