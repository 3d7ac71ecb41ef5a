"""The report of a mailbox that is being copied grows on its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from batches.models import LogLine, MigrationUser
from tests.batches.examples import leased, make_batch, make_user
from tests.e2e.system import System
from tests.e2e.visitor import Visitor


def write(user: MigrationUser, *texts: str) -> None:
    LogLine.objects.bulk_create(LogLine(user=user, at=timezone.now(), text=text) for text in texts)


@pytest.fixture
def copied(system: System) -> MigrationUser:
    """A mailbox at work for a day, with more lines than there is room for."""
    user = make_user(make_batch(), status="syncing", **leased(timezone.now() + timedelta(days=1)))
    write(user, *(f"Line {number}" for number in range(60)))
    return user


def test_new_lines_come_at_the_end_and_the_end_stays_in_sight(visitor: Visitor, copied: MigrationUser) -> None:
    page = visitor.page
    visitor.go("batches:user", copied.batch_id, copied.pk)
    page.locator("#log-summary").click()
    log = page.locator("#log-lines")
    expect(log).to_contain_text("Line 59")
    write(copied, "Copied the one", "Copied the other")
    expect(log).to_contain_text("Copied the other")
    assert page.locator(".log").evaluate("log => log.scrollTop") == 0  # of what is turned upside down, the end
    write(copied, "Copied a third")
    expect(log).to_contain_text("Copied a third")
    assert log.inner_text().count("Copied the one") == 1
