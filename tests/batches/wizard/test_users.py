"""The wizard's page for the CSV file: what is shown of it, what can be put right, what is kept."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from batches.models import BatchDraft
from core.models import Person
from tests.batches.examples import make_batch, make_user
from tests.batches.wizard.drafting import CANARY, IMAP_CSV, NEW, STAGED_CSV, make_draft, page, text, upload
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(administrator: Person) -> BatchDraft:
    return make_draft(administrator)


def test_a_good_file_shows_its_first_rows_without_passwords(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(STAGED_CSV)})
    shown = text(administrator_client.get(page(draft, "users")))
    assert "2 mailboxes to migrate" in shown
    assert "pilarp@contoso.com" in shown
    assert CANARY not in shown


def test_all_problems_are_shown_by_line_and_nobody_gets_further(
    administrator_client: Client, draft: BatchDraft
) -> None:
    bad = STAGED_CSV + "nobody,,maybe\n" + "pilarp@contoso.com,,\n"
    answer = administrator_client.post(page(draft, "users"), {"file": upload(bad)})
    assert answer["Location"] == page(draft, "users")
    shown = text(administrator_client.get(page(draft, "users")))
    assert "StagedBatch1.csv has 3 problems, so nothing has been taken from it" in shown
    assert "The address on line 4 has no @" in shown
    assert "ForceChangePassword on line 4 is neither True nor False" in shown
    assert "on line 5 is already on line 2" in shown
    assert administrator_client.get(page(draft, "endpoints"))["Location"] == page(draft, "users")
    assert "Choose the CSV file that lists" in text(refused(administrator_client, page(draft, "users")))


def test_a_user_of_another_batch_is_a_problem(administrator_client: Client, draft: BatchDraft) -> None:
    make_user(make_batch("Wave-0"), "PilarP@contoso.com")
    administrator_client.post(page(draft, "users"), {"file": upload(STAGED_CSV)})
    shown = text(administrator_client.get(page(draft, "users")))
    assert "is already included in migration batch &quot;Wave-0.&quot;" in shown


def test_many_problems_are_counted_and_the_first_are_listed(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload("EmailAddress\n" + "nobody\n" * 300)})
    shown = text(administrator_client.get(page(draft, "users")))
    assert "has 300 problems" in shown
    assert "100 more problems are not listed" in shown


MISSPELT_CSV = STAGED_CSV.replace("Password,", "Pasword,")


def test_a_file_that_can_be_put_right_can_be_downloaded_corrected(
    administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(MISSPELT_CSV, 'list "1".csv')})
    answer = administrator_client.get(f"{NEW}{draft.pk}/corrected.csv")
    assert b"".join(answer).decode("utf-8-sig").replace("\r\n", "\n") == STAGED_CSV
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer["Cache-Control"]


def test_the_corrected_file_can_be_used_at_once(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(MISSPELT_CSV)})
    answer = administrator_client.post(page(draft, "users"), {"action": "correct"})
    assert answer["Location"] == page(draft, "users")
    assert "2 mailboxes to migrate" in text(administrator_client.get(page(draft, "users")))


def test_there_is_no_corrected_file_where_nothing_can_be_corrected(
    administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(STAGED_CSV + "nobody,,\n")})
    assert "the corrected file" not in text(administrator_client.get(page(draft, "users")))
    assert administrator_client.get(f"{NEW}{draft.pk}/corrected.csv").status_code == 404


def test_unknown_columns_can_be_allowed_for_the_kept_file(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload("EmailAddress,Floor\npilarp@contoso.com,3\n")})
    assert "Column &quot;Floor&quot; is unknown" in text(administrator_client.get(page(draft, "users")))
    administrator_client.post(page(draft, "users"), {"allow_unknown_columns": "on"})
    assert "1 mailbox to migrate" in text(administrator_client.get(page(draft, "users")))
    assert administrator_client.post(page(draft, "users"), {"allow_unknown_columns": "on"})["Location"] == (
        page(draft, "endpoints")
    )


def test_another_file_takes_the_place_of_the_first(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, STAGED_CSV)
    one = "EmailAddress\nbriant@contoso.com\n"
    administrator_client.post(page(draft, "users"), {"file": upload(one, "Wave-2.csv")})
    draft.refresh_from_db()
    assert (draft.csv_name, draft.mailbox_count) == ("Wave-2.csv", 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The CSV file is empty."),
        (b"EmailAddress\n" + b"x" * (10 * 1024 * 1024), "The CSV file is larger than 10 MB"),
    ],
)
def test_an_empty_or_huge_file_is_not_even_kept(
    data: bytes, sentence: str, administrator_client: Client, draft: BatchDraft
) -> None:
    assert sentence in text(refused(administrator_client, page(draft, "users"), {"file": upload(data)}))
    draft.refresh_from_db()
    assert draft.csv == ""


def test_a_workbook_is_named_as_what_it_is(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(b"PK\x03\x04 xl/workbook.xml", "Users.xlsx")})
    assert "This is an Excel workbook" in text(administrator_client.get(page(draft, "users")))


@pytest.mark.parametrize(
    ("migration_type", "columns"), [("staged", "EmailAddress,Password,"), ("imap", "EmailAddress,UserName")]
)
def test_there_is_a_sample_for_each_type(migration_type: str, columns: str, administrator_client: Client) -> None:
    answer = administrator_client.get(f"{NEW}sample/{migration_type}.csv")
    assert b"".join(answer).decode().startswith(columns)
    assert administrator_client.get(f"{NEW}sample/cutover.csv").status_code == 404


def test_user_names_of_an_imap_file_are_shown(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, IMAP_CSV, type="imap")
    assert "<td>pilar</td>" in text(administrator_client.get(page(draft, "users")))


def test_the_kept_file_can_not_be_read_in_the_database(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(STAGED_CSV)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT csv FROM batches_batchdraft")
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")


def test_what_the_corrected_file_puts_right_is_marked_and_the_rest_is_left(
    administrator_client: Client, draft: BatchDraft
) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(MISSPELT_CSV + "nobody,,\n")})
    shown = text(administrator_client.get(page(draft, "users")))
    assert (shown.count("put right</span>"), shown.count("left to you</span>")) == (1, 1)


def test_another_file_can_be_uploaded_beside_every_answer(administrator_client: Client, draft: BatchDraft) -> None:
    administrator_client.post(page(draft, "users"), {"file": upload(STAGED_CSV)})
    assert "Upload and check" in text(administrator_client.get(page(draft, "users")))
    answer = refused(administrator_client, page(draft, "users"), {"action": "upload"})
    assert "Choose the CSV file that lists" in text(answer)
