"""The CSV files of the demo."""

from __future__ import annotations

from batches.csv_import import read_csv
from migrationcenter.demo.contoso import FIRST_WAVE, SECOND_WAVE, Contoso


def test_the_files_are_fit_for_a_staged_migration() -> None:
    contoso = Contoso.invent()
    for people in (FIRST_WAVE, SECOND_WAVE):
        content = contoso.csv(people).encode()
        result = read_csv(content, migration_type="staged", allow_unknown_columns=False, taken=lambda _: {})
        assert not result.problems
        assert {row.address: row.password for row in result.rows} == {
            person.address: contoso.target.passwords[person.address] for person in people
        }


def test_at_least_twenty_people_move_first_and_some_are_left_for_a_second_batch() -> None:
    assert len(FIRST_WAVE) >= 20
    assert len(SECOND_WAVE) >= 2
    assert not set(FIRST_WAVE) & set(SECOND_WAVE)


def test_passwords_are_never_shown_by_accident() -> None:
    contoso = Contoso.invent()
    shown = repr(contoso)
    assert contoso.source.administrator_password not in shown
    assert not any(password in shown for password in contoso.target.passwords.values())
