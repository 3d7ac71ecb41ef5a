"""The report of a mailbox that is being copied grows on its page, and nobody is torn away from what they read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from batches.models import LogLine, MigrationBatch, MigrationUser
from tests.batches.examples import leased, make_batch, make_user
from tests.e2e.visitor import Visitor

THERE = """() => {
  const log = document.querySelector("#log-lines");
  return log.scrollHeight > 2 * log.clientHeight && log.scrollHeight - log.scrollTop - log.clientHeight < 8;
}"""


def write(user: MigrationUser, *texts: str) -> None:
    LogLine.objects.bulk_create(LogLine(user=user, at=timezone.now(), text=text) for text in texts)


@pytest.fixture
def copied() -> Iterator[MigrationUser]:
    """A mailbox at work for a day, with more lines than there is room for."""
    user = make_user(make_batch(), status="syncing", **leased(timezone.now() + timedelta(days=1)))
    write(user, *(f"Line {number}" for number in range(60)))
    yield user
    MigrationBatch.objects.all().delete()  # with the lease that nobody holds


def test_new_lines_come_at_the_end_and_nobody_is_moved(visitor: Visitor, copied: MigrationUser) -> None:
    page = visitor.page
    visitor.go("batches:user", copied.batch_id, copied.pk)
    page.locator("#log-summary").click()
    log = page.locator("#log-lines")
    expect(log).to_contain_text("Line 59")
    page.wait_for_function(THERE)
    write(copied, "Copied the one", "Copied the other")
    expect(log).to_contain_text("Copied the other")
    page.wait_for_function(THERE)
    log.evaluate("log => { log.scrollTop = 0 }")
    write(copied, "Copied a third")
    expect(log).to_contain_text("Copied a third")
    assert log.evaluate("log => log.scrollTop") == 0
    assert log.inner_text().count("Copied the one") == 1
