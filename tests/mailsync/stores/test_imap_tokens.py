"""What servers write, in the ways they write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.errors import Retry
from mailsync.stores.imap.tokens import Atom, Token, is_nil, literal_size, number, pairs, tokenize

words = st.binary(max_size=30).filter(lambda word: b"\0" not in word)
atoms = st.from_regex(rb"[A-Za-z0-9\\$%*.&+-]{1,12}", fullmatch=True).map(Atom)
trees = st.recursive(atoms | words, lambda inner: st.lists(inner, max_size=4), max_leaves=20)


def parts(*texts: bytes) -> list[bytes]:
    return list(texts)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (parts(b'(\\HasNoChildren) "/" INBOX'), [[b"\\HasNoChildren"], b"/", b"INBOX"]),
        (parts(b'() "\\\\" "a \\"quoted\\" name"'), [[], b"\\", b'a "quoted" name']),
        (parts(b'(\\Marked) "." {7}', b"a (b) c", b""), [[b"\\Marked"], b".", b"a (b) c"]),
        (parts(b"() NIL {0}", b"", b""), [[], b"NIL", b""]),
        (parts(b"(UID 5 FLAGS (a {3}", b"b c", b" d))"), [[b"UID", b"5", b"FLAGS", [b"a", b"b c", b"d"]]]),
        (
            parts(b"(BODY[HEADER.FIELDS (SUBJECT)]<0> {2}", b"\r\n", b" UID 9)"),
            [[b"BODY[HEADER.FIELDS (SUBJECT)]<0>", b"\r\n", b"UID", b"9"]],
        ),
        (parts(b"(FLAGS ($[odd other] UID))"), [[b"FLAGS", [b"$[odd", b"other]", b"UID"]]]),
        (parts(b'"&AMk-" ({4+}', b"1234", b")  "), [b"&AMk-", [b"1234"]]),
        (parts(b"(BINARY[] ~{3}", b"a\0b", b")"), [[b"BINARY[]", b"a\0b"]]),
        (parts(b""), []),
    ],
)
def test_responses_are_read_as_they_are_meant(response: list[bytes], expected: list[Token]) -> None:
    assert tokenize(response) == expected


@pytest.mark.parametrize(
    "line", [b"(", b")", b"(a))", b'"open', b"(" * 60 + b")" * 60, b'"a\\', b"{9}", b"{%d}" % 10**30]
)
def test_what_is_not_imap_is_an_error_of_the_server(line: bytes) -> None:
    with pytest.raises(Retry, match="protocol_error"):
        tokenize([line])


@given(st.lists(trees, max_size=5), st.randoms(use_true_random=False))
def test_whatever_is_written_comes_back(tokens: list[Token], choice: object) -> None:
    written = [b""]
    for at, token in enumerate(tokens):
        _write(token, written, blank=at > 0, quoted=choice.random() < 0.5)  # type: ignore[attr-defined]
    assert tokenize(written) == tokens


def _write(token: Token, written: list[bytes], *, blank: bool, quoted: bool) -> None:
    written[-1] += b" " if blank else b""
    if isinstance(token, list):
        written[-1] += b"("
        for at, inner in enumerate(token):
            _write(inner, written, blank=at > 0, quoted=quoted)
        written[-1] += b")"
    elif isinstance(token, Atom):
        written[-1] += token
    elif quoted and not {0x0A, 0x0D} & set(token):
        written[-1] += b'"%s"' % token.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    else:
        written[-1] += b"{%d}" % len(token)
        written.extend([token, b""])


@given(st.binary(max_size=200))
def test_nothing_that_a_server_sends_is_more_than_an_error(line: bytes) -> None:
    try:
        tokenize([line.replace(b"\r", b"").replace(b"\n", b"")])
    except Retry as error:
        assert error.code == "protocol_error"  # noqa: PT017 - nothing at all may be raised, too


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (b"BODY[] {12}", 12),
        (b"{0}", 0),
        (b"x {5+}", 5),
        (b"{}", None),
        (b"{a}", None),
        (b"12}", None),
        (b"{5} ", None),
        (b"", None),
    ],
)
def test_a_literal_is_announced_at_the_end_of_a_line(line: bytes, size: int | None) -> None:
    assert literal_size(line) == size


def test_pairs_numbers_and_nil() -> None:
    items = pairs(tokenize([b"(uid 12 MODSEQ (7) flags NIL odd)"])[0])
    assert items == {b"UID": b"12", b"MODSEQ": [b"7"], b"FLAGS": b"NIL"}
    assert number(items[b"UID"]) == 12
    assert number(items[b"MODSEQ"]) == number(None) == number(b"x") == 0
    assert is_nil(items[b"FLAGS"])
    assert pairs(Atom(b"NIL")) == {}
    assert not is_nil(b"NIL")
