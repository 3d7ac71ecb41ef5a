"""Folder names between servers and paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.model import INBOX, Path
from mailsync.stores.imap.names import Names, decode_name, decode_utf7, encode_utf7, legal_component, quote
from mailsync.stores.imap.namespaces import note_namespaces
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INBOX", b"INBOX"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501 section 5.1.3
        ("R&D", b"R&-D"),
        ("😀", b"&2D3eAA-"),
        ("a\tb", b"a&AAk-b"),
        ("", b""),
    ],
)
def test_names_are_written_in_modified_utf7(text: str, name: bytes) -> None:
    assert encode_utf7(text) == name
    assert decode_utf7(name) == text


@given(st.text())
def test_every_name_survives_modified_utf7(text: str) -> None:
    name = encode_utf7(text)
    assert name.isascii()
    assert decode_utf7(name) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Entwürfe".encode(), "Entwürfe"),
        ("Entwürfe".encode("latin-1"), "Entwürfe"),
        (b"R&D", "R&D"),
        (b"&AMk", "&AMk"),
        (b"&!!!-", "&!!!-"),
        (b"&2D0-", "&2D0-"),
    ],
)
def test_names_that_careless_servers_send_can_still_be_read(name: bytes, text: str) -> None:
    assert decode_name(name) == text


@given(st.binary())
def test_any_octets_make_some_name(name: bytes) -> None:
    assert isinstance(decode_name(name), str)


@given(st.binary().filter(lambda octets: not set(b"\0\r\n") & set(octets)))
def test_a_quoted_name_is_read_back_as_it_was(octets: bytes) -> None:
    assert tokenize([quote(octets)]) == [octets]


@pytest.mark.parametrize("octets", [b"a\r\nb", b"\n", b"nul\0"])
def test_what_can_not_be_quoted_is_not_sent(octets: bytes) -> None:
    with pytest.raises(ValueError, match="can not be quoted"):
        quote(octets)


def names(namespace: bytes, *delimiters: bytes) -> Names:
    result = Names()
    note_namespaces(result, Response.of([b"* NAMESPACE " + namespace]))
    for delimiter in delimiters:
        note_namespaces(result, Response.of([b"* LIST () " + delimiter + b' ""']))
    return result


PLAIN = b'(("" "/")) NIL NIL'
PREFIXED = b'(("INBOX." ".")) NIL NIL'
CYRUS = b'(("INBOX." ".")) (("user." ".")) (("" "."))'
SHARING = b'(("" "/")) (("Other Users/" "/")) (("Public Folders/" "/"))'
TWO = b'(("" "/") ("#mh/" "/")) NIL NIL'
BELOW = b'(("Mail/" "/") ("" "/")) NIL NIL'
NOTHING = b"NIL NIL NIL"


@pytest.mark.parametrize(
    ("namespace", "name", "delimiter", "path"),
    [
        (PLAIN, b"inbox", b"/", INBOX),
        (PLAIN, b"Inbox/Sub", b"/", ("INBOX", "Sub")),
        (PLAIN, b"Work/Inbox", b"/", ("Work", "Inbox")),
        (PLAIN, b"Dr. Jones", b"/", ("Dr. Jones",)),
        (PLAIN, b"flat/name", b"", ("flat/name",)),
        (PREFIXED, b"INBOX", b".", INBOX),
        (PREFIXED, b"INBOX.Sent", b".", ("Sent",)),
        (PREFIXED, b"Inbox.Sent.2009", b".", ("Sent", "2009")),
        (PREFIXED, b"INBOX.INBOX.Sub", b".", ("INBOX", "Sub")),
        (PREFIXED, b"INBOX.INBOX", b".", ("INBOX", "INBOX")),
        (PREFIXED, b"Public", b".", None),
        (CYRUS, b"INBOX.Sent", b".", ("Sent",)),
        (CYRUS, b"user.bert", b".", None),
        (CYRUS, b"shared", b".", None),
        (SHARING, b"Other Users/bert/INBOX", b"/", None),
        (SHARING, b"Public Folders/x", b"/", None),
        (SHARING, b"Own", b"/", ("Own",)),
        (TWO, b"#mh/old", b"/", ("#mh", "old")),
        (PLAIN, b"bad\r\nname", b"/", None),
        (PLAIN, b"", b"/", None),
        (PREFIXED, b"INBOX.", b".", None),
        (BELOW, b"Mail", b"/", None),
        (BELOW, b"Mail/Work", b"/", ("Work",)),
        (NOTHING, b"Work/2009", b"/", ("Work", "2009")),
    ],
)
def test_the_path_of_a_listed_name(namespace: bytes, name: bytes, delimiter: bytes, path: Path | None) -> None:
    assert names(namespace).learn(name, delimiter) == path


@pytest.mark.parametrize(
    ("namespace", "path", "name"),
    [
        (PLAIN, INBOX, b"INBOX"),
        (PREFIXED, INBOX, b"INBOX"),
        (PREFIXED, ("Sent",), b"INBOX.Sent"),
        (PREFIXED, ("Dr. Jones",), b"INBOX.Dr_ Jones"),
        (PLAIN, ("Dr. Jones", "a/b"), b"Dr. Jones/a_b"),
        (PLAIN, ("Entwürfe", ""), b"Entw&APw-rfe/_"),
        (PLAIN, ("new\r\nz1 NOOP",), b"new__z1 NOOP"),
    ],
)
def test_the_name_of_a_new_folder(namespace: bytes, path: Path, name: bytes) -> None:
    assert names(namespace).raw(path) == name


@pytest.mark.parametrize("name", [b"Entw\xfcrfe", b"e&AwE-", b"R&D", b"INBOX.odd ", b"&AMk-&AMk-"])
def test_a_listed_name_is_sent_back_octet_for_octet(name: bytes) -> None:
    known = names(PLAIN)
    path = known.learn(name, b"/")
    assert path is not None
    assert known.raw(path) == name


def test_composed_and_decomposed_letters_are_the_same_folder_unless_both_are_there() -> None:
    known = names(PLAIN)
    decomposed = known.learn(b"e&AwE-", b"/")
    assert decomposed == ("é",)
    assert known.raw(("é",)) == known.raw(("e\u0301",)) == b"e&AwE-"
    both = known.learn(b"&AOk-", b"/")
    assert both == ("é (&AOk-)",)
    assert known.raw(both) == b"&AOk-"


def test_without_namespace_the_delimiter_is_that_of_the_first_folder_that_has_one() -> None:
    known = Names()
    for line in (b"* LIST () NIL INBOX", b'* LIST (\\Noselect) "." ""', b"* LIST () NIL flat"):
        note_namespaces(known, Response.of([line]))
    assert known.raw(("a", "b")) == b"a.b"


def test_where_there_are_no_levels_the_components_are_joined() -> None:
    assert names(b'(("" NIL)) NIL NIL').raw(("a", "b")) == b"a_b"


@given(st.lists(st.text(min_size=1).map(lambda text: legal_component(text, "/")), min_size=1, max_size=4))
def test_what_is_made_of_a_path_is_the_path_of_what_is_made(components: list[str]) -> None:
    known = names(PLAIN)
    name = known.raw(tuple(components))
    again = names(PLAIN)
    path = again.learn(name, b"/")
    assert path is not None
    assert again.raw(path) == name
    assert len(path) == len(components)
