"""Several endpoints are deleted at once."""

from __future__ import annotations

from django.test import Client

from endpoints.models import MigrationEndpoint
from tests.batches.examples import make_batch, make_endpoint
from tests.html import Page, page_at

LIST = "/endpoints/"
URL = f"{LIST}selected/delete/"


def toasts(page: Page) -> list[str]:
    return [toast.text.removesuffix(" Dismiss") for toast in page.all("div", class_="toast")]


def test_it_is_asked_first_and_what_batches_use_stays(administrator_client: Client) -> None:
    batch, idle = make_batch(), make_endpoint("OLD-POP-BOX")
    keys = f"{idle.pk},{batch.source.pk}"
    question = Page(administrator_client.post(URL, {"selected": keys.split(",")}))
    assert question.one("h1").text == "Delete 2 endpoints?"
    assert "EXCH-SRV-01, OLD-POP-BOX" in question.one("dialog").text
    answer = {name: question.all("input", name=name)[-1]["value"] for name in ("selected", "sure", "next")}
    done, refused = toasts(Page(administrator_client.post(URL, answer, follow=True)))
    assert done == "Delete: OLD-POP-BOX."
    assert refused.startswith("EXCH-SRV-01")
    assert not MigrationEndpoint.objects.filter(pk=idle.pk).exists()


def test_who_has_ticked_nothing_is_told_to(administrator_client: Client) -> None:
    answer = administrator_client.post(URL, follow=True)
    assert toasts(Page(answer)) == ["Select one or more endpoints first."]


def test_only_administrators_can_select(helpdesk_client: Client) -> None:
    make_endpoint()
    assert not page_at(helpdesk_client, LIST).all("input", name="selected")
