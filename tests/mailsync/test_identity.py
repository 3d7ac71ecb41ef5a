"""A message is known again by its content: as many copies as originals, never more, never fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from mailsync.identity import Seen, pair
from mailsync.model import INBOX, Message
from tests.mailsync.mailboxes import day

Kind = tuple[int, int, bool]  # content, date, seen
KINDS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.booleans()), max_size=9)


def messages(kinds: list[Kind], read: list[int] | None = None) -> Iterator[Message]:
    for uid, (content, date, seen) in enumerate(kinds, 1):
        if read is not None:
            read.append(uid)
        text = b"content %d" % content
        flags = frozenset({"\\Seen"} if seen else ())
        yield Message(INBOX, uid, flags, day(date), len(text), iter([text[:3], memoryview(text)[3:]]))


def uids(pairs: Iterator[tuple[Seen, Seen]]) -> list[tuple[int, int]]:
    return sorted((original.uid, copy.uid) for original, copy in pairs)


@given(KINDS, KINDS)
def test_every_copy_finds_an_original_of_its_content_as_long_as_there_are_any(
    originals: list[Kind], copies: list[Kind]
) -> None:
    pairs = uids(pair(messages(originals), messages(copies)))
    assert len({original for original, _ in pairs}) == len({copy for _, copy in pairs}) == len(pairs)
    assert all(originals[original - 1][0] == copies[copy - 1][0] for original, copy in pairs)
    both = Counter(kind[0] for kind in originals) & Counter(kind[0] for kind in copies)
    assert len(pairs) == both.total()


@given(KINDS, KINDS)
def test_as_many_as_can_be_are_paired_with_their_date(originals: list[Kind], copies: list[Kind]) -> None:
    pairs = uids(pair(messages(originals), messages(copies)))
    dated = sum(originals[original - 1][:2] == copies[copy - 1][:2] for original, copy in pairs)
    assert dated == (Counter(kind[:2] for kind in originals) & Counter(kind[:2] for kind in copies)).total()


@given(KINDS)
def test_equal_messages_are_paired_in_order(kinds: list[Kind]) -> None:
    assert uids(pair(messages(kinds), messages(kinds))) == [(uid, uid) for uid in range(1, len(kinds) + 1)]


def test_flags_decide_where_content_and_date_are_equal() -> None:
    assert uids(pair(messages([(1, 0, True)]), messages([(1, 0, False), (1, 0, True)]))) == [(1, 2)]


def test_originals_are_read_no_further_than_the_last_copy_needs() -> None:
    read: list[int] = []
    assert uids(pair(messages([(0, 0, True), (1, 0, True), (2, 0, True)], read), messages([(1, 0, True)]))) == [(2, 1)]
    assert read == [1, 2]


def test_without_copies_no_original_is_read() -> None:
    read: list[int] = []
    assert uids(pair(messages([(0, 0, True)], read), messages([]))) == []
    assert read == []


def test_dates_are_compared_as_instants() -> None:
    elsewhere = datetime.fromisoformat("2009-06-01T11:30:00+02:00")
    original, copy = next(messages([(0, 0, True)])), next(messages([(0, 0, True)]))
    copy.date = elsewhere
    assert len(list(pair([original], [copy]))) == 1
