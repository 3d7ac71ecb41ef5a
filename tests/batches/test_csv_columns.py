"""Files whose columns bear other names: what they resemble is proposed, and what a person says is done."""

from __future__ import annotations

import pytest

from batches.csv_import import Choice, CsvResult, CsvType, read_csv

EXPORT = (
    "Display name;User principal name;Primary SMTP Address;Wachtwoord;Blocked\n"
    "Pilar P;pilarp@contoso.onmicrosoft.com;pilarp@contoso.com;geheim-1;False\n"
    "Toby N;tobyn@contoso.onmicrosoft.com;tobyn@contoso.com;geheim-2;False\n"
)
NAMES = ("Display name", "User principal name", "Primary SMTP Address", "Wachtwoord", "Blocked")


def read(
    text: str, positions: dict[str, int] | None = None, type: CsvType = "staged", names: tuple[str, ...] = NAMES
) -> CsvResult:
    choice = None if positions is None else Choice(names, positions)
    return read_csv(
        text.encode(), migration_type=type, allow_unknown_columns=False, taken=lambda _addresses: {}, choice=choice
    )


def test_an_export_is_not_taken_before_somebody_has_said_what_its_columns_hold() -> None:
    result = read(EXPORT)
    assert not result.rows
    assert (result.columns, result.proposed) == ({}, {"EmailAddress": 2, "Password": 3})


@pytest.mark.parametrize(
    ("header", "proposed"),
    [
        ("E-mail address", {"EmailAddress": 0}),
        ("UserPrincipalName", {"EmailAddress": 0}),
        ("UserPrincipalName,PrimarySmtpAddress", {"EmailAddress": 1}),
        ("E-mailadres,Tijdelijk wachtwoord", {"EmailAddress": 0, "Password": 1}),
        ("Mail,Pass", {"EmailAddress": 0, "Password": 1}),
        ("Naam,Afdeling", {}),
        ("Address,Password last set,PasswordNeverExpires", {"EmailAddress": 0}),
    ],
)
def test_what_portals_and_directories_call_the_columns_is_recognised(header: str, proposed: dict[str, int]) -> None:
    assert read(header + "\n" + "x," * header.count(",") + "x\n").proposed == proposed


@pytest.mark.parametrize(
    ("text", "type", "proposed"),
    [
        ("Naam,Bereikbaar op\nAnna,a@contoso.com\nBert,b@contoso.com\nCas,cas\n", "staged", {"EmailAddress": 1}),
        ("Login,Kennwort\na@contoso.com,x@contoso.com\n", "staged", {"EmailAddress": 0, "Password": 1}),
        ("Login,Kennwort\na@contoso.com,x\n", "imap", {"UserName": 0, "Password": 1}),
        ("Naam,Bereikbaar op\nAnna,a@contoso.com\nBert,kamer 3\n", "staged", {}),
    ],
)
def test_a_column_of_addresses_is_recognised_by_what_is_in_it(
    text: str, type: CsvType, proposed: dict[str, int]
) -> None:
    assert read(text, type=type).proposed == proposed


def test_an_imap_export_proposes_the_name_that_signs_in() -> None:
    header = "E-mailadres;Inlognaam;Wachtwoord"
    assert read(header + "\na@contoso.com;a;x\n", type="imap").proposed == {
        "EmailAddress": 0,
        "UserName": 1,
        "Password": 2,
    }


def test_what_a_person_says_is_read_and_the_rest_is_named_as_left_out() -> None:
    result = read(EXPORT, {"EmailAddress": 1, "Password": 3})
    assert [(row.address, row.password) for row in result.rows] == [
        ("pilarp@contoso.onmicrosoft.com", "geheim-1"),
        ("tobyn@contoso.onmicrosoft.com", "geheim-2"),
    ]
    assert "“Display name”, “Primary SMTP Address”, “Blocked”" in " ".join(result.notices)


def test_a_column_that_is_not_chosen_is_not_read_whatever_its_name() -> None:
    text = "EmailAddress,Password,Mail\na@contoso.com,secret,b@contoso.com\n"
    (row,) = read(text, {"EmailAddress": 2}, names=("EmailAddress", "Password", "Mail")).rows
    assert (row.address, row.password) == ("b@contoso.com", "")


def test_a_choice_counts_only_for_files_with_the_same_column_names() -> None:
    result = read("Password,EmailAddress\nsecret,a@contoso.com\n", {"EmailAddress": 0, "Password": 1})
    assert [(row.address, row.password) for row in result.rows] == [("a@contoso.com", "secret")]


def test_a_userroot_is_not_left_out_of_account() -> None:
    names = ("Mail", "User", "Pass", "UserRoot")
    text = "Mail,User,Pass,UserRoot\na@contoso.com,adm,x,/users/a\n"
    result = read(text, {"EmailAddress": 0, "UserName": 1, "Password": 2}, "imap", names)
    assert [found.code for found in result.problems] == ["user_root_unsupported"]


def test_a_column_of_addresses_taken_for_passwords_is_noticed() -> None:
    result = read(EXPORT, {"EmailAddress": 2, "Password": 1})
    assert "Every password is a mail address." in " ".join(result.notices)


def test_the_corrected_file_has_only_what_was_chosen_under_our_names() -> None:
    result = read(
        EXPORT.replace("Blocked\n", "Blocked\nNobody;;nobody;x;WAAR\n"),
        {"EmailAddress": 2, "Password": 3, "ForceChangePassword": 4},
    )
    assert result.corrected is not None
    lines = result.corrected.decode("utf-8-sig").splitlines()
    assert lines[:3] == [
        "EmailAddress,Password,ForceChangePassword",
        "nobody,x,True",
        "pilarp@contoso.com,geheim-1,False",
    ]


def test_there_is_no_corrected_file_where_a_row_is_too_short() -> None:
    assert read(EXPORT + "Nobody;;nobody\n", {"EmailAddress": 2}).corrected is None


def test_only_what_can_be_no_password_is_shown_of_an_unknown_file() -> None:
    assert read(EXPORT).examples == ("", "pilarp@contoso.onmicrosoft.com", "pilarp@contoso.com", "", "False")
    assert read("EmailAddress,Password\na@contoso.com,b@contoso.com\n").examples == ("a@contoso.com", "")


def test_what_is_wrong_is_shown_up_to_the_password_whatever_the_columns_are_called() -> None:
    result = read("E-mail,ForceChange,Wachtwoord\nnobody,Maybe,x\n")
    assert [(found.value, found.withheld) for found in result.problems if found.line == 2] == [
        ("nobody", False),
        ("Maybe", False),
    ]
    result = read("EmailAddress,Password,ForceChangePassword\na@contoso.com,x,Maybe\n")
    assert [(found.value, found.withheld) for found in result.problems] == [("", True)]
