"""Answers that are refused, and answers that are changed once all are given."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from batches.models import BatchDraft
from core.models import Person, Role
from core.refusals import KEPT
from tests.batches.examples import make_endpoint
from tests.batches.wizard.drafting import admin_endpoint, make_draft, page, ready_draft, text, upload
from tests.html import Page
from tests.refusals import refused

pytestmark = pytest.mark.django_db

FIELDS = {"include_folders": "Projects/*\n*/Wrong", "bad_item_limit": "5"}


def test_a_refused_page_keeps_what_was_typed_and_can_be_loaded_again(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    at = administrator_client.post(page(draft, "configuration"), {"name": "Wave 1", **FIELDS})["Location"]
    for _reload in range(2):
        shown = text(administrator_client.get(at))
        assert 'value="Wave 1"' in shown
        assert "no spaces or other special characters" in shown
        assert "a * stands alone at the end" in shown
    assert "There is a problem" not in text(administrator_client.get(page(draft, "configuration")))


def test_what_was_refused_in_one_tab_does_not_show_in_another(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    tabs = [
        administrator_client.post(page(draft, "configuration"), {"name": name})["Location"] for name in ("a b", "c d")
    ]
    assert 'value="a b"' in text(administrator_client.get(tabs[0]))
    assert 'value="c d"' in text(administrator_client.get(tabs[1]))


def test_only_the_last_refusals_are_kept_and_an_older_one_is_a_fresh_page(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    refusals = [
        administrator_client.post(page(draft, "configuration"), {"name": f"n {i}"})["Location"] for i in range(KEPT + 1)
    ]
    assert "There is a problem" not in text(administrator_client.get(refusals[0]))
    assert "There is a problem" in text(administrator_client.get(refusals[1]))


def test_a_refusal_belongs_to_its_own_page(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    token = administrator_client.post(page(draft, "configuration"), {"name": "a b"})["Location"].partition("?")[2]
    assert "There is a problem" not in text(administrator_client.get(page(draft, "start") + "?" + token))


def test_every_answer_has_a_link_that_changes_it(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator, notification_emails=["admin@contoso.com"], fast_lane_days=7)
    shown = Page(administrator_client.get(page(draft, "summary")))
    links = [a for a in shown.elements if a["class"] == "change"]
    assert len(links) == len([dt for dt in shown.elements if dt.name == "dt"])
    for link in links:
        path, _, field = link["href"].partition("#")
        assert "?change" in path
        assert f'id="{field}' in administrator_client.get(path).content.decode(), link.text


def test_a_changed_answer_leads_back_to_all_answers(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    at = page(draft, "configuration") + "?change"
    assert f'href="{page(draft, "summary")}"' in text(administrator_client.get(at))
    assert administrator_client.post(at, {"name": "Wave-2"})["Location"] == page(draft, "summary")
    assert "Wave-2" in text(administrator_client.get(page(draft, "summary")))


def test_a_refused_change_still_leads_back_to_all_answers(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    at = administrator_client.post(page(draft, "configuration") + "?change", {"name": "a b"})["Location"]
    assert administrator_client.post(at, {"name": "Wave-2"})["Location"] == page(draft, "summary")


def test_a_change_that_makes_other_answers_wrong_leads_through_those(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    at = administrator_client.post(page(draft, "type") + "?change", {"type": "imap"})["Location"]
    assert at == page(draft, "users") + "?change"
    file = upload("EmailAddress,UserName,Password\npilarp@contoso.com,pilar,x\n")
    at = administrator_client.post(at, {"file": file})["Location"]
    assert at == page(draft, "users") + "?change"
    assert administrator_client.post(at)["Location"] == page(draft, "summary")


def test_two_tabs_with_the_same_draft_keep_both_answers(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    other = make_endpoint("M365")
    administrator_client.get(page(draft, "configuration"))
    administrator_client.post(page(draft, "endpoints"), {"source": draft.source_id, "target": other.pk})
    administrator_client.post(page(draft, "configuration"), {"name": "Wave-9"})
    draft.refresh_from_db()
    assert (draft.target, draft.name) == (other, "Wave-9")


def test_who_was_signed_out_in_the_middle_goes_on_where_the_page_was(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, "EmailAddress\npilarp@contoso.com\n")
    chosen = {"source": admin_endpoint("OLD").pk, "target": admin_endpoint("NEW").pk}
    administrator_client.logout()
    sent = administrator_client.post(page(draft, "endpoints"), chosen)
    assert f"next={page(draft, 'endpoints')}" in sent["Location"]
    administrator_client.force_login(administrator)
    assert administrator_client.get(page(draft, "endpoints")).status_code == 200
    assert BatchDraft.objects.get().mailbox_count == 1


def test_a_refused_file_is_told_at_its_field(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator)
    shown = Page(refused(administrator_client, page(draft, "users"), {"file": upload("")}))
    (error,) = [element for element in shown.elements if element["id"] == "id_file_error"]
    assert "The CSV file is empty." in error.text


def test_the_list_names_unfinished_batches_with_who_and_where_they_go_on(
    administrator_client: Client, administrator: Person, manager_client: Client
) -> None:
    own = make_draft(administrator, "EmailAddress\npilarp@contoso.com\n")
    colleague = Person.objects.create_user("colleague", role=Role.ADMINISTRATOR)
    others = make_draft(colleague, type="imap")
    shown = text(administrator_client.get(reverse("batches:list")))
    assert "2 unfinished batches" in shown
    assert "StagedBatch1.csv" in shown
    assert "It goes on at “Migration endpoints”." in shown
    assert page(own, "summary") in shown
    assert "colleague has not finished describing a batch: IMAP migration" in shown
    assert f"/{others.pk}/" not in shown
    assert "unfinished" not in text(manager_client.get(reverse("batches:list")))
