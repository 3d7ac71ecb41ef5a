"""All mailboxes are counted in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from batches import census
from core.kept import forget_everything
from tests.batches.examples import make_batch, make_users
from tests.html import page_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two mailboxes are many here, and counted once an hour."""
    monkeypatch.setattr(census, "FEW", 2)
    monkeypatch.setattr(census, "SECONDS_A_MAILBOX", 3600)
    monkeypatch.setattr(census, "LONGEST", 3600)
    forget_everything()
    yield
    forget_everything()


def figures(client: Client, url: str) -> list[int]:
    """Total, synced, finalized and failed mailboxes."""
    return list(map(int, re.findall(r"\d+", page_at(client, url).one("ul", class_="tiles").text)))


@pytest.mark.usefixtures("_many")
def test_of_many_mailboxes_all_lists_show_the_same_figures_for_a_moment(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_users(batch, 2)
    assert figures(helpdesk_client, "/batches/")[0] == 2
    make_users(make_batch("Finance"), 3)
    assert figures(helpdesk_client, "/batches/")[0] == 2
    forget_everything()
    assert figures(helpdesk_client, "/batches/")[0] == 5


@pytest.mark.usefixtures("_many")
def test_the_batch_that_somebody_looks_at_is_counted_now_in_the_list_too(helpdesk_client: Client) -> None:
    batch = make_batch()
    make_users(batch, 2)
    figures(helpdesk_client, "/batches/")
    batch.users.update(status="failed")
    assert figures(helpdesk_client, f"/batches/{batch.pk}/")[3] == 2


def test_of_few_mailboxes_every_page_counts_anew(helpdesk_client: Client) -> None:
    make_users(make_batch(), 2)
    assert figures(helpdesk_client, "/batches/")[0] == 2
    make_users(make_batch("Finance"), 3)
    assert figures(helpdesk_client, "/batches/")[0] == 5
