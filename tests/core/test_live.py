"""Live pages ask less often while many people watch."""

from __future__ import annotations

import pytest
from django.test import Client

from core import live
from core.live import GONE, SLOWEST, Audience
from tests.batches.examples import make_batch, make_users

COSTLY = 0.6  # seconds: twice what all together may take in one


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(live, "monotonic", lambda: now[0])
    return now


def watched(people: int, cost: float = COSTLY) -> Audience:
    audience = Audience()
    for _again in range(60):
        for number in range(people):
            audience.note(number, "/batches/", cost)
    return audience


def test_few_watchers_are_told_as_often_as_they_wish() -> None:
    assert watched(1, cost=0.05).interval(2) == 2


def test_many_share_what_watching_may_cost() -> None:
    assert watched(5).interval(2) == 10
    assert watched(500).interval(2) == SLOWEST


def test_a_page_that_wishes_less_is_left_alone() -> None:
    assert watched(500).interval(60) == 60


def test_who_has_left_does_not_count(clock: list[float]) -> None:
    audience = watched(5)
    clock[0] += GONE + 1
    assert audience.interval(2) == 2


@pytest.mark.django_db
def test_only_pages_that_ask_by_themselves_count(helpdesk_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    audience = Audience()
    monkeypatch.setattr(live, "audience", audience)
    make_users(make_batch(decision="started"), 2, status="syncing")
    helpdesk_client.get(
        "/batches/", headers={"HX-Request": "true", "HX-Trigger": "sort-name", "HX-Target": "batch-table"}
    )
    assert not audience._asked
    helpdesk_client.get(
        "/batches/", headers={"HX-Request": "true", "HX-Trigger": "batch-table", "HX-Target": "batch-table"}
    )
    assert len(audience._asked) == 1


@pytest.mark.django_db
def test_the_page_says_when_it_asks_again(helpdesk_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "audience", watched(5))
    make_users(make_batch(decision="started"), 2, status="syncing")
    assert 'hx-trigger="every 10s"' in helpdesk_client.get("/batches/").content.decode()
