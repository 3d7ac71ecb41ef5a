"""What can be put right without asking anybody is offered as a corrected file."""

from __future__ import annotations

import pytest

from batches.csv_import import Choice, read_csv
from tests.batches.csv_damage import DAMAGE, STAGED, Damage
from tests.batches.test_csv_import import nobody_is_taken, read


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.what)
def test_a_corrected_file_has_fewer_problems_and_the_same_rows(damage: Damage) -> None:
    before = read(damage.data, damage.type)
    if before.corrected is None:
        return
    after = read(before.corrected, damage.type)
    assert after.problem_count < before.problem_count
    assert after.row_count == before.row_count


def test_correction_renames_columns_and_tidies_all_but_passwords() -> None:
    result = read(b"E-mail;Wachtwoord;ForceChangePassword;\na@contoso.com; Pa$$w0rd ;WAAR;\nb@contoso.com;;onwaar;;\n")
    assert result.corrected == (
        b"\xef\xbb\xbfEmailAddress,Password,ForceChangePassword\r\n"
        b"a@contoso.com, Pa$$w0rd ,True\r\nb@contoso.com,,False\r\n"
    )


def test_rows_that_are_exactly_alike_are_written_once() -> None:
    twice = read(STAGED + b"a@contoso.com,x,\na@contoso.com,x,\nb@contoso.com,,\n")
    assert (twice.problem_count, (twice.corrected or b"").count(b"a@contoso.com")) == (1, 1)
    assert read(STAGED + b"a@contoso.com,x,\na@contoso.com,y,\n").corrected is None  # which password is right?


def test_a_corrected_file_is_offered_only_where_it_has_fewer_problems() -> None:
    tidied = read(b" EmailAddress ;Password\nnobody;\n")
    assert (tidied.problem_count, tidied.corrected) == (1, None)
    chosen = Choice(("EmailAddress", "Floor"), {"EmailAddress": 0})
    file = b"EmailAddress,Floor\nnobody,3\n"
    result = read_csv(file, migration_type="staged", allow_unknown_columns=False, taken=nobody_is_taken, choice=chosen)
    assert (result.problem_count, result.corrected) == (1, None)


def test_nothing_is_offered_when_a_person_has_to_decide() -> None:
    assert read(STAGED + b"nobody,,\n").corrected is None
    assert read(STAGED.replace(b",", b";") + b'"open;;\n').corrected is None


def test_no_corrected_file_is_offered_while_a_column_is_missing_that_only_a_person_can_add() -> None:
    assert read(b"E-mail,Wachtwoord\na@contoso.com,x\n", "imap").corrected is None


def test_each_problem_tells_whether_the_corrected_file_still_has_it() -> None:
    result = read(b"E-mail,Password\n\na@contoso.com,x\na@contoso.com,x\nnobody,\n")
    assert [(found.line, found.code) for found in result.problems if not found.corrected] == [(5, "address_no_at")]
    assert {found.code for found in result.problems if found.corrected} == {
        "column_missing",
        "column_misspelt",
        "duplicate_address",
    }
