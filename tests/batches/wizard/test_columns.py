"""The wizard's question which column holds what."""

from __future__ import annotations

import pytest
from django.test import Client

from batches.models import BatchDraft
from core.models import Person
from tests.batches.wizard.drafting import CANARY, IMAP_CSV, STAGED_CSV, make_draft, page, text, upload
from tests.html import Page
from tests.refusals import refused

pytestmark = pytest.mark.django_db

EXPORT = f"Naam;E-mailadres;Wachtwoord\nPilar;pilarp@contoso.com;{CANARY}\nToby;tobyn@contoso.com;{CANARY}\n"
RIGHT = {"column-EmailAddress": "1", "column-Password": "2", "column-ForceChangePassword": ""}


@pytest.fixture
def draft(administrator: Person) -> BatchDraft:
    return make_draft(administrator)


def selected(client: Client, draft: BatchDraft) -> list[str]:
    shown = Page(client.get(page(draft, "users")))
    return [option.text for option in shown.elements if option.name == "option" and "selected" in option.attributes]


def test_what_the_names_resemble_is_proposed_and_nothing_is_taken_before_somebody_agrees(
    administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(EXPORT)})
    assert selected(administrator_client, draft) == [
        "E-mailadres (pilarp@contoso.com)",
        "Wachtwoord",
        "Not in the file",
    ]
    draft.refresh_from_db()
    assert draft.mailbox_count == 0
    assert administrator_client.post(page(draft, "users"), RIGHT)["Location"] == page(draft, "users")
    shown = text(administrator_client.get(page(draft, "users")))
    assert "2 mailboxes to migrate" in shown
    assert CANARY not in shown
    assert administrator_client.post(page(draft, "users"), RIGHT)["Location"] == page(draft, "endpoints")


def test_the_choice_is_remembered_for_the_next_file_of_the_same_kind(
    administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(EXPORT)})
    administrator_client.post(page(draft, "users"), RIGHT)
    administrator_client.post(page(draft, "users"), {"file": upload(EXPORT + "Briant;briant@contoso.com;x\n"), **RIGHT})
    draft.refresh_from_db()
    assert draft.mailbox_count == 3


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"column-EmailAddress": ""}, "Choose the column of the file that holds this."),
        ({"column-EmailAddress": "1", "column-Password": "1"}, "This column is chosen already."),
        ({"column-EmailAddress": "7"}, "Select a valid choice."),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(
    chosen: dict[str, str], sentence: str, administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(EXPORT)})
    assert sentence in text(refused(administrator_client, page(draft, "users"), chosen))


def test_what_was_refused_can_be_loaded_again_when_the_question_is_gone(
    administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(EXPORT)})
    answer = administrator_client.post(page(draft, "users"), {"column-EmailAddress": ""})
    BatchDraft.objects.update(csv="")
    assert administrator_client.get(answer["Location"]).status_code == 200


def test_a_wrong_choice_can_be_put_right(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(EXPORT)})
    administrator_client.post(page(draft, "users"), {**RIGHT, "column-EmailAddress": "0"})
    assert "The address on line 2 has no @" in text(administrator_client.get(page(draft, "users")))
    administrator_client.post(page(draft, "users"), RIGHT)
    assert "2 mailboxes to migrate" in text(administrator_client.get(page(draft, "users")))


def test_the_question_is_folded_away_where_the_names_are_known(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(STAGED_CSV)})
    (columns,) = [
        found for found in Page(administrator_client.get(page(draft, "users"))).elements if found["id"] == "columns"
    ]
    assert "open" not in columns.attributes
    fields = {"column-EmailAddress": "0", "column-Password": "1", "column-ForceChangePassword": "2"}
    assert administrator_client.post(page(draft, "users"), fields)["Location"] == page(draft, "endpoints")


def test_another_type_asks_again_where_it_needs_another_column(
    administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, IMAP_CSV, type="imap")
    draft.columns = {"names": ["EmailAddress", "UserName", "Password"], "positions": {"EmailAddress": 0, "Password": 2}}
    draft.save()
    shown = text(administrator_client.get(page(draft, "users")))
    assert "Column &quot;UserName&quot; is missing" in shown
