"""From the batch wizard to a new endpoint and back, and from a new endpoint to a batch with it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from batches.models import BatchDraft
from core.models import Person
from endpoints.models import EndpointDraft
from tests.batches.examples import make_endpoint
from tests.batches.wizard.drafting import NEW, STAGED_CSV, admin_endpoint, make_draft, page, ready_draft, text
from tests.html import Page

pytestmark = pytest.mark.django_db

PASSED = {"passed": True, "code": "", "words": "", "found": {}}


def finish(client: Client, address: str) -> str:
    """Describe the endpoint that ``address`` begins; where its last page leads."""
    client.post(address, {"type": "imap"})
    EndpointDraft.objects.update(test_mailbox="pilarp@contoso.com", server="imap.contoso.com", test=PASSED)
    general = reverse("endpoints:wizard", args=[EndpointDraft.objects.get().pk, "general"])
    created = Page(client.post(general, {"name": "EXCH-SRV-09"}, follow=True))
    (link,) = [a for a in created.elements if a.name == "a" and "button-primary" in a["class"]]
    return link["href"].replace("&amp;", "&")


def test_a_new_endpoint_comes_back_to_the_side_that_asked_for_it_and_the_other_choice_is_kept(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    source = admin_endpoint("OLD")
    chosen = {"source": source.pk, "target": "", "new_endpoint": "target"}
    at = administrator_client.post(page(draft, "endpoints"), chosen)["Location"]
    assert urlsplit(at).path == reverse("endpoints:new")
    back = finish(administrator_client, at)
    assert back.startswith(page(draft, "endpoints"))
    shown = Page(administrator_client.get(back))
    selected = [option.text for option in shown.elements if option.name == "option" and "selected" in option.attributes]
    assert [name.partition(" ")[0] for name in selected] == ["OLD", "EXCH-SRV-09"]


def test_an_endpoint_for_a_change_still_leads_back_to_all_answers(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    at = administrator_client.post(page(draft, "endpoints") + "?change", {"new_endpoint": "source"})["Location"]
    back = finish(administrator_client, at)
    assert "change" in parse_qs(urlsplit(back).query, keep_blank_values=True)


def test_an_endpoint_by_itself_leads_to_a_batch_with_it(administrator_client: Client) -> None:
    at = finish(administrator_client, reverse("endpoints:new"))
    assert at.startswith(NEW)
    administrator_client.post(at, {"type": "staged"})
    draft = BatchDraft.objects.get()
    assert draft.source is not None
    assert (draft.source.name, draft.target) == ("EXCH-SRV-09", None)


def test_the_default_target_becomes_the_target_of_a_batch_with_it(administrator_client: Client) -> None:
    default = make_endpoint("M365", is_default_target=True)
    administrator_client.post(f"{NEW}?endpoint={default.pk}", {"type": "staged"})
    draft = BatchDraft.objects.get()
    assert (draft.source, draft.target) == (None, default)


@pytest.mark.parametrize("key", ["", "0", "nobody", "9" * 40])
def test_an_endpoint_that_does_not_exist_is_none(key: str, administrator_client: Client) -> None:
    administrator_client.post(f"{NEW}?endpoint={key}", {"type": "staged"})
    assert BatchDraft.objects.get().source is None


def test_nobody_is_led_to_another_site(administrator_client: Client) -> None:
    back = finish(administrator_client, reverse("endpoints:new") + "?next=https://evil.example/")
    assert "evil.example" not in back


def test_changing_and_refusing_go_together_with_a_proposed_endpoint(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    proposed = admin_endpoint("OLD")
    shown = text(administrator_client.get(page(draft, "endpoints") + f"?endpoint={proposed.pk}"))
    assert f'<option value="{proposed.pk}" selected>' in shown
