"""What servers refuse in a message is mended, and nothing else is changed."""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.repair import REPAIRS, repair

HEAD = b"Subject: Report\r\nMIME-Version: 1.0\r\n"


def parsed(content: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


def test_a_message_without_fault_stays_as_it_is_to_the_octet() -> None:
    content = (
        HEAD + b'Content-Type: multipart/mixed; boundary="=b"\r\n\r\npreamble\r\n--=b\r\n\r\ntext\r\n'
        b"--=b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--=b--\r\nepilogue\r\n"
    )
    assert repair(content) == (content, ())


@pytest.mark.parametrize(
    ("content", "mended", "repairs"),
    [
        (b"A: b\n\nbare\nlines\r\n", b"A: b\r\n\r\nbare\r\nlines\r\n", ("line_ends",)),
        (b"A: b\r\rold\rMac\r\n", b"A: b\r\n\r\nold\r\nMac\r\n", ("line_ends",)),
        (b"A: b\r\n\r\nno end", b"A: b\r\n\r\nno end\r\n", ("final_newline",)),
        (b"A: b\r\n", b"A: b\r\n", ()),
        (b"", b"\r\n", ("final_newline",)),
        (b"A: b\x00c\r\n\r\n", b"A: bc\r\n\r\n", ("nul",)),
        (
            b"From anna@contoso.com Mon Jun  1 10:00:00 2009\r\nA: b\r\n\r\n",
            b"X-Mbox-From: anna@contoso.com Mon Jun  1 10:00:00 2009\r\nA: b\r\n\r\n",
            ("from_line",),
        ),
        (b"From: anna@contoso.com\r\n\r\n", b"From: anna@contoso.com\r\n\r\n", ()),
    ],
)
def test_each_fault_is_mended_and_named(content: bytes, mended: bytes, repairs: tuple[str, ...]) -> None:
    assert repair(content) == (mended, repairs)


def test_text_with_nul_bytes_is_encoded_and_keeps_them() -> None:
    mended, repairs = repair(HEAD + b"Content-Transfer-Encoding: 8bit\r\n\r\nbe\x00fore\r\nafter =20\r\n")
    assert repairs == ("nul",)
    assert b"\0" not in mended
    assert mended.count(b"Content-Transfer-Encoding") == 1
    assert parsed(mended).get_payload(decode=True) == b"be\x00fore\r\nafter =20\r\n"


def test_a_line_that_is_too_long_makes_its_text_quoted_printable() -> None:
    text = b"x" * 5000 + "ü".encode() * 700 + b"\r\nshort \r\n"
    mended, repairs = repair(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text)
    assert repairs == ("long_lines",)
    assert max(map(len, mended.split(b"\r\n"))) <= 76
    assert parsed(mended).get_payload(decode=True) == text


def test_data_that_is_no_text_keeps_every_octet() -> None:
    data = bytes(range(256)) * 2 + b"x" * 1000 + b"bare\nline\r\n"
    for encoding in (b"", b"Content-Transfer-Encoding: binary\r\n"):
        mended, repairs = repair(HEAD + b"Content-Type: image/png\r\n" + encoding + b"\r\n" + data)
        assert set(repairs) == {"nul", "line_ends", "long_lines"}
        assert parsed(mended).get_payload(decode=True) == data


def test_data_with_nul_bytes_and_proper_line_ends_keeps_every_octet_too() -> None:
    mended, repairs = repair(HEAD + b"Content-Type: image/png\r\n\r\n\x89PNG\x00\r\n")
    assert repairs == ("nul",)
    assert parsed(mended).get_payload(decode=True) == b"\x89PNG\x00\r\n"


def test_encoded_parts_in_one_long_line_are_broken_into_lines() -> None:
    mended, repairs = repair(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 1000 + b"\r\n")
    assert repairs == ("long_lines",)
    assert max(map(len, mended.split(b"\r\n"))) <= 76
    assert parsed(mended).get_payload(decode=True) == b"ABC" * 1000
    mended, repairs = repair(HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"a=3D" * 1000 + b"\r\n")
    assert repairs == ("long_lines",)
    assert parsed(mended).get_payload(decode=True) == b"a=" * 1000 + b"\r\n"


def test_what_calls_itself_base64_and_is_not_keeps_its_characters() -> None:
    mended, repairs = repair(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==!" * 1000 + b"\r\n")
    assert repairs == ("long_lines",)
    assert b"".join(mended.partition(b"\r\n\r\n")[2].split()) == b"QQ==!" * 1000


def test_only_the_part_with_the_fault_is_changed() -> None:
    before = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nfine\r\n--b\r\n\r\n'
    mended, repairs = repair(HEAD + before + b"ill\x00\r\n--b--\r\nend\x00\nhere")
    assert repairs == ("line_ends", "final_newline", "nul")
    assert mended.startswith(
        HEAD + before.removesuffix(b"\r\n") + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    assert mended.endswith(b"ill=00\r\n--b--\r\nend\r\nhere\r\n")


def test_a_message_inside_a_message_is_mended_too() -> None:
    inner = b"Subject: in\x00side\r\n\r\ntext\x00\r\n"
    mended, repairs = repair(HEAD + b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert repairs == ("nul",)
    assert mended.endswith(b"\r\n\r\nSubject: inside\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ntext=00\r\n")


def test_parts_within_parts_without_end_are_only_looked_into_so_deep() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(2000))
    assert repair(nested + b"\r\nx\r\n")[1] == ()


@pytest.mark.parametrize("boundary", [b"klingon''b%20", b"utf-8''b%C3%A9"])
def test_a_boundary_in_an_unknown_charset_or_beyond_ascii_is_none(boundary: bytes) -> None:
    content = HEAD + b"Content-Type: multipart/mixed; boundary*=%s\r\n\r\n--b\r\n\r\nx\r\n" % boundary
    assert repair(content) == (content, ())


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        ("Subject: Jürgen grüßt dich".encode(), "Subject", "Jürgen grüßt dich"),
        ("Subject: Jürgen €5".encode("cp1252"), "Subject", "Jürgen €5"),
        ('From: "Jürgen, Groß" <j@contoso.com>'.encode(), "From", '"Jürgen, Groß" <j@contoso.com>'),
        ("To: Zoë <z@contoso.com>, Bob <b@contoso.com>".encode(), "To", "Zoë <z@contoso.com>, Bob <b@contoso.com>"),
        (f"Subject: {'Größe ' * 30}ende".encode(), "Subject", f"{'Größe ' * 30}ende"),
        (f"Subject: a{'ß' * 50}".encode(), "Subject", f"a{'ß' * 50}"),
    ],
)
def test_eight_bit_fields_are_written_as_encoded_words(field: bytes, name: str, value: str) -> None:
    mended, repairs = repair(field + b"\r\nX-Other: plain\r\n\r\ntext\r\n")
    assert repairs == ("header_8bit",)
    assert mended.isascii()
    assert mended.endswith(b"X-Other: plain\r\n\r\ntext\r\n")
    assert str(parsed(mended)[name]) == value
    assert max(map(len, mended.split(b"\r\n"))) <= 100


def test_an_eight_bit_file_name_keeps_its_quotes() -> None:
    mended, _ = repair('Content-Type: image/png; name="Bär.png"\r\n\r\n'.encode())
    assert mended == b'Content-Type: image/png; name="=?utf-8?b?QsOkci5wbmc=?="\r\n\r\n'


def test_eight_bit_junk_among_the_fields_becomes_question_marks() -> None:
    assert repair(b"\xe9t\xe9\r\nA: b\r\n\r\n")[0] == b"?t?\r\nA: b\r\n\r\n"


def test_a_field_that_is_too_long_is_folded_at_blanks() -> None:
    references = b"References: " + b" ".join(b"<%04d@contoso.com>" % number for number in range(200))
    mended, repairs = repair(references + b"\r\nX: " + b"y" * 2000 + b"\r\n\r\n")
    assert repairs == ("long_lines",)
    lines = mended.split(b"\r\n")
    assert max(len(line) for line in lines if not line.startswith(b"X: y")) <= 998
    assert mended.replace(b"\r\n ", b" ").startswith(references + b"\r\nX: yyy")


@given(
    st.lists(
        st.sampled_from(
            [
                b"a",
                b"\0",
                b"\r",
                b"\n",
                b"\r\n",
                b"\xe9",
                b": ",
                b" ",
                b"--b",
                b"From ",
                b'"',
                b"Content-Type: multipart/mixed; boundary=b\r\n",
                b"Content-Type: text/x\r\n\r\n",
                b"x" * 1000,
            ]
        )
    )
)
def test_whatever_comes_it_is_mended_once_and_for_all(pieces: list[bytes]) -> None:
    mended, repairs = repair(b"".join(pieces))
    assert set(repairs) <= set(REPAIRS)
    assert b"\0" not in mended
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mended)
    assert mended.endswith(b"\r\n")
    assert repair(mended) == (mended, ())
