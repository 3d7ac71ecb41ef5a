"""One command to several batches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from batches.listing import PER_PAGE
from batches.models import MigrationBatch
from batches.states import Decision
from tests.batches.examples import make_batch, make_user
from tests.html import Page, page_at

LIST = "/batches/"
HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def batches(db: None) -> list[MigrationBatch]:
    """Two that never ran and one that runs, each with a mailbox."""
    fresh: dict[str, Any] = {"decision": Decision.CREATED, "started_at": None}
    found = [make_batch("Board", **fresh), make_batch("Finance", **fresh), make_batch("Sales")]
    for batch in found:
        make_user(batch, f"anna@{batch.name.lower()}.example")
    return found


def send(client: Client, command: str, *batches: MigrationBatch, **more: str) -> Page:
    """The page that follows."""
    data = {"selected": [str(batch.pk) for batch in batches], **more}
    return Page(client.post(f"{LIST}selected/{command}/", data, follow=True))


def toasts(page: Page) -> list[str]:
    return [toast.text.removesuffix(" Dismiss") for toast in page.all("div", class_="toast")]


def decisions() -> dict[str, str]:
    return dict(MigrationBatch.objects.values_list("name", "decision"))


def test_what_is_ticked_is_started_and_nothing_else(
    administrator_client: Client, batches: list[MigrationBatch]
) -> None:
    make_batch("Board-2", decision=Decision.CREATED, started_at=None)
    page = send(administrator_client, "start", *batches[:2])
    assert toasts(page) == ["Start: Board, Finance."]
    assert decisions() == {"Board": "started", "Finance": "started", "Sales": "started", "Board-2": "created"}


def test_of_one_the_usual_is_said(administrator_client: Client, batches: list[MigrationBatch]) -> None:
    assert toasts(send(administrator_client, "start", batches[0])) == ["Board has been started."]


def test_each_that_refuses_is_named_with_its_reason(
    administrator_client: Client, batches: list[MigrationBatch]
) -> None:
    page = send(administrator_client, "stop", *batches, sure="1")
    assert toasts(page) == [
        "Sales is being stopped. What was copied stays.",
        "Nothing runs in Board (Created), so there is nothing to stop. "
        "Nothing runs in Finance (Created), so there is nothing to stop.",
    ]


def test_of_many_that_refuse_the_first_ten_are_named(administrator_client: Client, db: None) -> None:
    many = [make_batch(f"Wave-{number:02}", decision=Decision.CREATED, started_at=None) for number in range(12)]
    (words,) = toasts(send(administrator_client, "stop", *many, sure="1"))
    assert words.count("Nothing runs in") == 10
    assert words.endswith("and 2 more")


def test_all_that_match_are_meant_on_whatever_page_they_stand(administrator_client: Client, db: None) -> None:
    fresh: dict[str, Any] = {"decision": Decision.CREATED, "started_at": None}
    MigrationBatch.objects.bulk_create(
        MigrationBatch(name=f"Wave-{number:02}", source=first.source, target=first.target, **fresh)
        for first in [make_batch("Other", **fresh)]
        for number in range(PER_PAGE + 1)
    )
    page = page_at(administrator_client, f"{LIST}?q=wave&page=2&sort=-name")
    assert page.one("input", name="filter")["value"] == "q=wave"
    send(administrator_client, "start", everything="1", filter="q=wave")
    assert set(MigrationBatch.objects.filter(decision=Decision.CREATED).values_list("name", flat=True)) == {"Other"}


def test_deleting_says_first_of_what_and_what_it_means(
    administrator_client: Client, batches: list[MigrationBatch]
) -> None:
    page = send(administrator_client, "delete", *batches[:2], next=f"{LIST}?q=a")
    assert page.one("h1").text == "Delete 2 batches?"
    for words in ("Board, Finance", "they leave the list.", "Mail on either server is not touched."):
        assert words in page.one("dialog").text
    answer = {name: page.all("input", name=name)[-1]["value"] for name in ("selected", "sure", "next")}
    assert decisions()["Board"] == "created"
    after = Page(administrator_client.post(f"{LIST}selected/delete/", answer, follow=True))
    assert toasts(after) == ["Delete: Board, Finance."]
    assert [row[1] for row in after.rows()] == ["Sales"]


def test_stopping_says_first_of_what_and_what_it_means(
    administrator_client: Client, batches: list[MigrationBatch]
) -> None:
    page = send(administrator_client, "stop", *batches[1:])
    assert page.one("h1").text == "Stop 2 batches?"
    for words in ("Finance, Sales", "is not copied for 2 mailboxes until you resume."):
        assert words in page.one("dialog").text
    assert decisions()["Sales"] == "started"


def test_the_question_is_a_dialog_where_htmx_asks(administrator_client: Client, batches: list[MigrationBatch]) -> None:
    answer = administrator_client.post(f"{LIST}selected/delete/", {"selected": str(batches[0].pk)}, **HTMX)
    page = Page(answer)
    assert page.one("h2").text == "Delete Board?"
    assert not page.all("header")


def test_who_has_ticked_nothing_is_told_to(administrator_client: Client, batches: list[MigrationBatch]) -> None:
    assert toasts(send(administrator_client, "delete")) == ["Select one or more batches first."]
    answer = administrator_client.post(f"{LIST}selected/delete/", **HTMX)
    assert answer.headers["HX-Redirect"] == LIST


def test_only_who_may_command_can_select(helpdesk_client: Client, batches: list[MigrationBatch]) -> None:
    page = page_at(helpdesk_client, LIST)
    assert not page.all("input", name="selected")
    assert not page.all("button", form="selection")
