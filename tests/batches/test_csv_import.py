"""A CSV file is taken whole, or everything wrong with it is told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.csv_import import CsvResult, CsvType, read_csv, sample_csv
from tests.batches.csv_damage import ANNA, DAMAGE, IMAP, STAGED, Damage

TYPES: tuple[CsvType, ...] = ("staged", "imap")


def nobody_is_taken(addresses: Collection[str]) -> Mapping[str, str]:
    return {}


def read(data: bytes, migration_type: CsvType = "staged", *, allow_unknown: bool = False) -> CsvResult:
    return read_csv(data, migration_type=migration_type, allow_unknown_columns=allow_unknown, taken=nobody_is_taken)


def codes(result: CsvResult) -> list[str]:
    return [found.code for found in result.problems]


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


# -- what is right -----------------------------------------------------------------------------------------------------


def test_a_staged_file_gives_its_rows_with_the_lines_they_stand_on() -> None:
    result = read(STAGED + b"pilarp@contoso.com,Pa$$w0rd,True\r\n\r\ntobyn@contoso.com,,\r\n")
    first, second = result.rows
    assert (first.line, first.address, first.password, first.force_change_password) == (
        2, "pilarp@contoso.com", "Pa$$w0rd", True,
    )  # fmt: skip
    assert (second.line, second.address, second.password, second.force_change_password) == (
        4, "tobyn@contoso.com", "", None,
    )  # fmt: skip
    assert result.row_count == 2
    assert not result.problems
    assert result.corrected is None


def test_an_imap_file_gives_user_names() -> None:
    (row,) = read(IMAP + b"a@contoso.com,mailadmin,secret,\n", "imap").rows
    assert (row.user_name, row.password) == ("mailadmin", "secret")


def test_column_names_may_be_in_any_case_and_order_with_blanks_around_them() -> None:
    (row,) = read(b"forcechangepassword, PASSWORD ,emailaddress\nTRUE,Pa$$w0rd, anna@contoso.com \n").rows
    assert (row.address, row.password, row.force_change_password) == ("anna@contoso.com", "Pa$$w0rd", True)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_a_byte_order_mark(codec: str) -> None:
    data = (IMAP.decode() + "a@contoso.com,Zoë,wachtwoord-€,\r\n").encode(codec)
    result = read(data, "imap")
    assert [(row.user_name, row.password) for row in result.rows] == [("Zoë", "wachtwoord-€")]
    assert not result.notices


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_of_either_byte_order_is_known_by_its_mark(mark: bytes) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert len(read(mark + (STAGED + ANNA).decode().encode(codec)).rows) == 1


def test_a_legacy_file_is_read_as_windows_1252_and_says_so() -> None:
    result = read((IMAP.decode() + "a@contoso.com,Zoë,€uro,\r\n").encode("cp1252"), "imap")
    assert (result.rows[0].user_name, result.encoding) == ("Zoë", "Windows-1252")
    assert "The password on line 2 has letters with accents" in result.notices[0]


def test_names_are_to_be_looked_at_where_no_password_of_a_legacy_file_has_accents() -> None:
    (notice,) = read((IMAP.decode() + "a@contoso.com,Zoë,euro,\r\n").encode("cp1252"), "imap").notices
    assert "Look whether names with accents are right" in notice


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_may_end_as_on_any_system(end: str) -> None:
    result = read((STAGED + ANNA + b"bert,x,x\r\n").replace(b"\r\n", end.encode()))
    assert {found.line for found in result.problems} == {3}


def test_quoted_values_may_hold_commas_quotation_marks_and_line_breaks() -> None:
    data = b'EmailAddress,Note,Password\n"a@contoso.com","two\nlines, ""quoted""","Pa,""ss""w0rd"\nb@contoso.com,,\n'
    result = read(data, allow_unknown=True)
    assert [(row.line, row.password) for row in result.rows] == [(2, 'Pa,"ss"w0rd'), (4, "")]


def test_a_quotation_mark_inside_a_bare_value_is_a_part_of_it() -> None:
    assert read(b'EmailAddress,Password\na@contoso.com,Pa"ssw0rd"\n').rows[0].password == 'Pa"ssw0rd"'


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_read_as_spreadsheets_write_them_and_are_named(delimiter: str) -> None:
    rows = [["EmailAddress", "Password"], ["zoe@contoso.com", 'Pa,"s;s|w\u00f6rd']]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    result = read(text.getvalue().encode())
    assert [(row.address, row.password) for row in result.rows] == [tuple(rows[1])]
    assert "The columns are separated by" in result.notices[0]


def test_excels_own_line_with_the_delimiter_is_understood() -> None:
    assert len(read(b"sep=;\r\n" + (STAGED + ANNA).replace(b",", b";")).rows) == 1


def test_a_delimiter_in_a_password_without_quotation_marks_is_a_problem_and_no_other_password() -> None:
    assert codes(read(b"EmailAddress;Password\na@contoso.com;Pa;ss\n")) == ["wrong_number_of_columns"]


def test_rows_of_commas_only_do_not_count() -> None:
    assert len(read(STAGED + ANNA + b",,\r\n , ,\r\n").rows) == 1


def test_unknown_columns_can_be_allowed_and_are_named() -> None:
    result = read(b"EmailAddress,Pasword,Department\na@contoso.com,x,Sales\n", allow_unknown=True)
    assert [row.password for row in result.rows] == [""]
    assert "“Pasword”, “Department”" in result.notices[0]
    assert "meant to be Password" in result.notices[1]


def test_passwords_with_blanks_around_them_are_kept_and_named_by_line() -> None:
    result = read(b"EmailAddress,Password\na@contoso.com, Pa$$w0rd\n")
    assert result.rows[0].password == " Pa$$w0rd"
    assert "line 2" in result.notices[0]


def test_short_passwords_are_taken_and_named_by_line_where_they_are_the_new_mailbox_s() -> None:
    rows = b"a@contoso.com,Pa$$w0r,\nb@contoso.com,Pa$$w0rd,\nc@contoso.com,,\nd@contoso.com,x,\n"
    result = read(STAGED + rows)
    assert [row.password for row in result.rows] == ["Pa$$w0r", "Pa$$w0rd", "", "x"]
    forgotten, short = result.notices
    assert "Line 4 has no password, other lines have one." in forgotten
    assert "lines 2, 5 are shorter than 8 characters" in short
    assert not read(IMAP + b"a@contoso.com,anna,x,\n", "imap").notices


def test_rows_that_sign_in_to_the_same_mailbox_are_named() -> None:
    rows = b"a@contoso.com,admin,x,\nb@contoso.com,Admin,x,\nc@contoso.com,admin,x,/users/c\n"
    (notice,) = read(IMAP + rows, "imap").notices
    assert "lines 2, 3 " in notice


@pytest.mark.parametrize("migration_type", TYPES)
def test_the_sample_file_is_a_right_one(migration_type: CsvType) -> None:
    result = read(sample_csv(migration_type).encode(), migration_type)
    assert [row.address for row in result.rows] == ["pilarp@contoso.com", "tobyn@contoso.com", "briant@contoso.com"]
    assert not result.notices


@pytest.mark.parametrize(("migration_type", "limit"), [("staged", 2_000), ("imap", 50_000)])
def test_as_many_rows_as_the_limit_are_taken(migration_type: CsvType, limit: int) -> None:
    rows = b"".join(b"u%d@contoso.com,n%d,password\n" % (i, i) for i in range(limit))
    result = read(b"EmailAddress,UserName,Password\n" + rows, migration_type, allow_unknown=True)
    assert len(result.rows) == limit


# -- what is wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.what)
def test_damage_is_named_with_its_line_and_column_and_gives_no_rows(damage: Damage) -> None:
    result = read(damage.data, damage.type)
    assert tuple((found.code, found.line, found.column) for found in result.problems) == damage.problems
    assert not result.rows
    for found in result.problems:
        assert found.message.endswith((".", '".'))
        assert (
            found.line is None
            or f"ine {found.line}" in found.message
            or f"ow {found.line}" in found.message
            or (found.code.startswith("column_"))
        )


def test_all_problems_are_told_at_once_in_the_order_of_the_lines() -> None:
    result = read(
        b"EmailAddress;Pasword;Extra\r\n"
        b"anna@contoso.com;#N/A;\r\n"
        b"bert;Pa$$w0rd;\r\n"
        b'"open;Pa$$w0rd;\r\n'
        b"ANNA@contoso.com;Pa$$w0rd\r\n"
        b"anna@contoso.com;Pa$$w0rd;\r\n"
    )
    assert [(found.code, found.line) for found in result.problems] == [
        ("column_misspelt", 1),
        ("column_unknown", 1),
        ("spreadsheet_error", 2),
        ("address_no_at", 3),
        ("quote_unclosed", 4),
        ("wrong_number_of_columns", 5),
        ("duplicate_address", 6),
    ]


def test_the_sentences_that_administrators_know_are_kept() -> None:
    missing = read(b"Password\nPa$$w0rd\n").problems[0].message
    assert missing == (
        'Column "EmailAddress" is missing from the CSV file. The import process can\'t continue because this column is '
        "required. Please edit the CSV file and re-submit it."
    )
    number = read(STAGED + b"a@contoso.com,Pa$$w0rd\n").problems[0].message
    assert number.startswith(
        "Row 2 has the wrong number of columns. Expected number: 3. Actual number: 2. Please edit this row and re-submit"
    )
    many = b"".join(b"u%d@contoso.com\n" % i for i in range(2_001))
    assert read(b"EmailAddress\n" + many).problems[0].message == (
        "The CSV file contains more than 2,000 rows. Please divide the file into two or more files and submit them "
        "separately."
    )


def test_a_duplicate_names_both_lines_even_when_the_first_row_is_bad() -> None:
    result = read(STAGED + b"a@contoso.com,,maybe\nA@contoso.com,,\n")
    assert result.problems[1].message == (
        'The address "A@contoso.com" on line 3 is already on line 2. Remove one of the two rows.'
    )


def test_a_user_of_another_batch_is_named_with_that_batch() -> None:
    asked: list[Collection[str]] = []

    def taken(addresses: Collection[str]) -> Mapping[str, str]:
        asked.append(list(addresses))
        return {"anna@contoso.com": "StagedBatch1"}

    data = STAGED + b"bert@contoso.com,,\nAnna@Contoso.com,,\n"
    result = read_csv(data, migration_type="staged", allow_unknown_columns=False, taken=taken)
    assert [sorted(addresses) for addresses in asked] == [["anna@contoso.com", "bert@contoso.com"]]
    assert [(found.code, found.line) for found in result.problems] == [("user_in_other_batch", 3)]
    assert result.problems[0].message.startswith(
        'The user "Anna@Contoso.com" is already included in migration batch "StagedBatch1." Please remove the user'
    )


def test_many_problems_are_counted_although_not_all_are_listed() -> None:
    result = read(STAGED + b"nobody,,\n" * 1_000)
    assert (len(result.problems), result.problem_count, result.unlisted) == (200, 1_000, 800)


def test_too_many_rows_are_the_only_problem_told() -> None:
    for data in (b"EmailAddress\n" + b"nobody\n" * 2_001, b"E-mail;Extra\n" + b"nobody;1\n" * 2_001):
        result = read(data)
        assert codes(result) == ["too_many_rows"]
        assert (result.problem_count, result.corrected) == (1, None)


def test_long_and_invisible_values_are_shown_short_and_visible() -> None:
    (found,) = read(b"EmailAddress\n" + b"x" * 500 + b"\n").problems
    assert found.value == "x" * 60 + "…"
    (found,) = read("EmailAddress\nan\u200bna@contoso.com\n".encode()).problems
    assert found.value == "an\\u200bna@contoso.com"
    assert "U+200B" in found.message


def test_damaged_utf_8_is_told_by_line_instead_of_being_read_as_something_else() -> None:
    rows = "a@contoso.com,Zoë,x,\nb@contoso.com,Chloé,x,\n".encode() + b"c@contoso.com,Ren\xc3,x,\n"
    result = read(IMAP + rows, "imap")
    assert [(found.code, found.line) for found in result.problems] == [("unreadable_character", 4)]


# -- whatever comes ----------------------------------------------------------------------------------------------------

nasty = st.lists(
    st.sampled_from(
        [b"EmailAddress", b"Password", b"UserName", b"a@contoso.com", b"x", b'"', b'""', b",", b";", b"\t", b"\n", b"\r",
         b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"=", b"sep=", b" ", "é".encode()]
    ),
    max_size=40,
).map(b"".join)  # fmt: skip


@given(data=st.binary(max_size=400) | nasty, migration_type=st.sampled_from(TYPES), allow_unknown=st.booleans())
def test_any_bytes_give_either_rows_or_problems(data: bytes, migration_type: CsvType, allow_unknown: bool) -> None:
    result = read(data, migration_type, allow_unknown=allow_unknown)
    assert bool(result.rows) != bool(result.problems)
    assert result.problem_count >= len(result.problems)


readable = st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffd")
passwords = st.text(readable, min_size=8, max_size=40).filter(lambda text: not text.lstrip().startswith("#"))


@given(
    passwords=st.lists(
        passwords | st.sampled_from(['Pa$$w0rd,"', '""""""""', "=1+1=2,;x", "ｐａｓｓｗｏｒｄ"]), min_size=1
    )
)
def test_any_readable_password_arrives_as_it_was(passwords: list[str]) -> None:
    rows = [[f"u{i}@contoso.com", password, "False"] for i, password in enumerate(passwords)]
    result = read(written([["EmailAddress", "Password", "ForceChangePassword"], *rows]))
    assert [row.password for row in result.rows] == passwords


canaries = st.text("KANARIE$,\"; '", min_size=3, max_size=5).map(lambda text: f"hemel{text}water")


@given(
    password=canaries,
    address=st.sampled_from(["a@contoso.com", "nobody", "=A1", ""]),
    force=st.sampled_from(["True", "perhaps", ""]),
    columns=st.permutations(["EmailAddress", "Password", "ForceChangePassword"]),
    misspelt=st.booleans(),
    quoted=st.booleans(),
    shift=st.integers(0, 2),
)
def test_no_password_is_in_what_is_told(
    password: str, address: str, force: str, columns: list[str], misspelt: bool, quoted: bool, shift: int
) -> None:
    """Even where the columns slipped because nobody quoted a comma in the password."""
    values = {"EmailAddress": address, "Password": password, "ForceChangePassword": force}
    cells = [values[column] for column in columns]
    row = written([cells]) if quoted else ",".join(cells).encode() + b"\r\n"
    header = ",".join(columns).replace("Password", "Pasword" if misspelt else "Password")
    result = read(header.encode() + b"\r\n" + row * 2 + b"," * shift + b"x\r\n")
    told = repr(result) + "".join(found.message + found.value for found in result.problems) + "".join(result.notices)
    assert "hemel" not in told
    assert "water" not in told
