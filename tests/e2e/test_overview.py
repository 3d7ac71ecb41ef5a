"""The start page while mailboxes move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from batches.models import MigrationBatch, MigrationUser, ThroughputSample
from tests.batches.examples import leased, make_batch, make_user
from tests.e2e.visitor import Visitor


@pytest.fixture
def batch(visitor: Visitor) -> Iterator[MigrationBatch]:
    """At work, as it seems, and for the last minutes."""
    batch, now = make_batch(), timezone.now().replace(second=0, microsecond=0)
    make_user(batch, status="syncing", items_total=900, items_synced=300, **leased(now + timedelta(days=1)))
    make_user(batch, "tobyn@contoso.com", status="syncing", due_at=None, **leased(now + timedelta(days=1)))
    for minute in range(1, 9):
        ThroughputSample.objects.create(batch=batch, minute=now - timedelta(minutes=minute), items=50, octets=10**7)
    yield batch
    MigrationUser.objects.update(lease="", lease_until=None)


def test_news_arrive_and_leave_alone_what_somebody_is_doing(visitor: Visitor, batch: MigrationBatch) -> None:
    visitor.go("core:home")
    page = visitor.page
    steps = page.locator("#steps-limit-delays")
    steps.locator("summary").click()
    expect(steps.get_by_text("Find the MX records")).to_be_visible()
    chart = page.locator(".chart canvas")
    expect(chart).to_be_visible()
    chart.evaluate("canvas => { canvas.dataset.mark = 'the same' }")
    MigrationUser.objects.filter(address="tobyn@contoso.com").update(status="failed", error_code="database", lease="")
    expect(page.get_by_role("heading", name="tobyn@contoso.com failed")).to_be_visible()
    expect(steps.get_by_text("Find the MX records")).to_be_visible()
    expect(chart).to_have_attribute("data-mark", "the same")


def test_a_task_is_ticked_and_the_tick_taken_back(visitor: Visitor, batch: MigrationBatch) -> None:
    visitor.go("core:home")
    task = visitor.page.locator("#task-limit-delays")
    task.locator("summary").click()
    task.get_by_label("Note (optional)").fill("TTL is 3600 since Monday")
    task.get_by_role("button", name="I have done this").click()
    expect(task).to_contain_text("Ticked by administrator on")
    expect(task).to_contain_text("TTL is 3600 since Monday")
    task.get_by_role("button", name="Take the tick back").click()
    expect(task.locator(".badge")).to_have_text("By hand")


def test_another_time_is_shown_in_place(visitor: Visitor, batch: MigrationBatch) -> None:
    visitor.go("core:home")
    chosen = visitor.page.get_by_role("link", name="Last day")
    chosen.click()
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(visitor.page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    expect(visitor.page.locator(".chart canvas")).to_be_visible()
