"""The Activity page: who did what, when and from where."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from batches.bulk_commands import BULK_USER_COMMANDS
from core import audit, audit_words
from core.activity import PER_PAGE
from core.models import AuditEntry, OrganizationSettings, Person
from core.organization import keep
from tests.architecture.tree import ROOT
from tests.html import Page, page_at

URL = "/activity/"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


RECORDS = {"audit.record", "record", "_record"}
STOPS = "_stop"  # of verifications: its second argument is recorded


def recorded_actions() -> Iterator[str]:
    """The second argument of every call that records, as the sources say it, and what is made of names of commands."""
    yield from (f"{command.replace('-', ' ')} users" for command in BULK_USER_COMMANDS)
    for app in ("core", "endpoints", "domains", "batches", "notifications", "migrationcenter"):
        for path in sorted((ROOT / app).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in {*RECORDS, STOPS}:
                    yield from (str(word.value) for word in call.args[1:2] if isinstance(word, ast.Constant))


def whats(page: Page) -> list[str]:
    return [row[2] for row in page.rows()]


def test_everything_that_is_recorded_has_a_sentence() -> None:
    said = dict(audit_words.actions())
    used = set(recorded_actions())
    assert {"sign in", "start batch", "test endpoint"} <= used
    assert used - set(said) == set()
    with translation.override("nl"):
        dutch = dict(audit_words.actions())
    assert [action for action in used if dutch[action] == said[action]] == []


def test_an_entry_says_who_did_what_with_its_details_and_from_where(
    administrator: Person, manager_client: Client
) -> None:
    token = audit.client_address.set("192.0.2.7")
    with travel(NOON, tick=False):
        audit.record(administrator, "delete batch", "Wave-1", users=12)
    audit.client_address.reset(token)
    ((when, who, what, where),) = page_at(manager_client, URL).rows()
    assert when == "1 March 2026 12:00 UTC administrator"  # where the next column is not shown
    assert (who, where) == ("administrator", "192.0.2.7")
    assert what == "Deleted the batch Wave-1 Mailboxes: 12"


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"passed": False}, "Passed: No"),
        ({"time_zone": {"from": "UTC", "to": "Asia/Tokyo"}}, "Time zone: UTC → Asia/Tokyo"),
        ({"password_days": {"from": None, "to": 3}}, "Days after the last sync: nothing → 3"),
        ({"reason": "sign_in_failures"}, "Reason: Sign-ins were refused"),
        ({"exclude_folders": ["a", "b"]}, "Leave out these folders: a, b"),
        ({"role": {"from": "helpdesk", "to": "manager"}}, "Role: Helpdesk → Manager"),
        ({"incremental_sync_hours": {"from": 24.0, "to": 0.5}}, "Hours between two incremental syncs: 24 → 0.5"),
        (
            {"code": "over_quota"},
            "Error: The mailbox on the server is full. Raise its quota, then start it again: it goes "
            "on where it stopped.",
        ),
        ({"security": "starttls"}, "Security: STARTTLS"),
        ({"ticked_by": "manager"}, "Ticked by: manager"),
        ({"start_after": "2026-03-01 12:00:00+00:00"}, "Start after: 1 March 2026 12:00 UTC"),
    ],
)
def test_details_are_readable(details: dict[str, object], words: str) -> None:
    ((name, value),) = details.items()
    assert audit_words.detail(name, value) == words


def test_what_has_no_sentence_is_shown_as_it_was_recorded() -> None:
    assert audit_words.sentence("paint batch", "Wave-1") == "paint batch: Wave-1"


def test_actions_are_told_in_the_viewers_language() -> None:
    with translation.override("nl"):
        assert audit_words.sentence("start batch", "Golf-1") == "Batch Golf-1 gestart"


def test_the_list_is_narrowed_by_person_action_words_and_days(administrator: Person, manager_client: Client) -> None:
    keep(OrganizationSettings(time_zone="Asia/Tokyo"))
    for at, by, action, thing in [
        (NOON, administrator, "start batch", "Wave-1"),
        (NOON.replace(hour=16), administrator, "stop batch", "Wave-1"),  # the next day in Tokyo
        (NOON.replace(day=3), None, "stop batch", "Wave-2"),
    ]:
        with travel(at, tick=False):
            audit.record(by, action, thing)
    first, second, third = "Started the batch Wave-1", "Stopped the batch Wave-1", "Stopped the batch Wave-2"
    for query, expected in [
        ("", [third, second, first]),
        (f"?person={administrator.pk}", [second, first]),
        ("?person=system", [third]),
        ("?action=stop+batch", [third, second]),
        ("?q=wave-2", [third]),
        ("?q=ADMIN", [second, first]),
        ("?since=2026-03-02", [third, second]),
        ("?until=2026-03-01", [first]),
        ("?since=2026-03-02&until=2026-03-02", [second]),
    ]:
        assert whats(page_at(manager_client, URL + query)) == expected


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "person=x", "action=x", "since=tomorrow"])
def test_a_filter_that_makes_no_sense_hides_nothing_and_is_explained(query: str, manager_client: Client) -> None:
    audit.record(None, "start batch", "Wave-1")
    page = page_at(manager_client, f"{URL}?{query}")
    assert whats(page) == ["Started the batch Wave-1"]
    assert page.all("ul", class_="field-error")


@pytest.mark.parametrize("query", ["?before=x", "?before=99999999999999999999", "?before=٣", "?q=%00"])
def test_a_page_that_is_not_there_shows_the_newest(query: str, manager_client: Client) -> None:
    audit.record(None, "start batch", "Wave-1")
    assert whats(page_at(manager_client, URL + query)) == ["Started the batch Wave-1"]


def test_one_page_leads_to_the_next_and_none_costs_more_than_another(
    manager_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with travel(NOON, tick=False):
        entries = [AuditEntry(action="start batch", thing=str(number)) for number in range(2 * PER_PAGE + 1)]
        AuditEntry.objects.bulk_create(entries)
    with django_assert_num_queries(5):  # session, person, people to choose from, entries, the bell
        page = page_at(manager_client, URL + "?action=start+batch")
    seen = whats(page)
    while older := page.all("a", id="older"):
        with django_assert_num_queries(6):  # where the page before ended
            page = page_at(manager_client, older[0]["href"])
        seen += whats(page)
    assert seen == [f"Started the batch {number}" for number in reversed(range(2 * PER_PAGE + 1))]
    assert page.one("a", id="newest")["href"] == URL + "?action=start+batch"


def test_helpdesk_does_not_see_it(helpdesk_client: Client) -> None:
    assert helpdesk_client.get(URL).status_code == 403


def test_no_address_changes_it(administrator_client: Client) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(administrator_client, method)(URL).status_code == 405


def test_where_nothing_fits_the_page_says_so(manager_client: Client) -> None:
    assert "Nothing has been done yet" in page_at(manager_client, URL).text
    assert "Nothing matches" in page_at(manager_client, URL + "?q=nothing").text


def test_what_the_filter_shows_is_exported_and_that_is_recorded(manager: Person, manager_client: Client) -> None:
    with travel(NOON, tick=False):
        audit.record(None, "stop batch", "=Wave-1", users=12)
    audit.record(None, "start batch", "Wave-2")
    export = page_at(manager_client, URL + "?action=stop+batch").one("a", id="export")["href"]
    lines = manager_client.get(export).getvalue().decode("utf-8-sig").splitlines()
    assert list(csv.reader(lines)) == [
        ["Time", "Who", "Address", "Action", "Thing", "Sentence", "Details"],
        ["2026-03-01T12:00:00Z", "", "", "stop batch", "'=Wave-1", "Stopped the batch =Wave-1", '{"users": 12}'],
    ]
    assert AuditEntry.objects.get(action="export activity").who == manager


def test_helpdesk_exports_nothing_even_where_it_may_download(helpdesk_client: Client) -> None:
    keep(OrganizationSettings(helpdesk_may_download=True))
    assert helpdesk_client.get(URL + "export/").status_code == 403
