"""The promises of :mod:`mailsync.store` about messages, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailsync.errors import Retry
from mailsync.model import INBOX, Appended, FlagChange, Message, Path, Refused
from mailsync.store import Store
from mailsync.uids import UidSet
from tests.mailsync.stores.conftest import OpenMailbox
from tests.mailsync.stores.messages import (
    SOURCE,
    Mail,
    change,
    flags_in,
    keep,
    kept,
    mail,
    make,
    message,
    messages,
    same_instant,
    uids_in,
)
from tests.servers.kinds import PECULIARITIES, Peculiarities

ARCHIVE: Path = ("Archive",)


def test_a_new_mailbox_has_an_empty_inbox(store: Store) -> None:
    inbox = store.folders()[0]
    assert inbox.path == INBOX
    assert inbox.state is not None
    assert inbox.state.messages == 0
    assert uids_in(store, INBOX) == UidSet()
    assert list(store.read([(INBOX, UidSet([1, 2, 3]))])) == []


def test_bytes_flags_and_dates_arrive_as_they_are_and_in_order(store: Store) -> None:
    mails = [
        mail("first", "\\Seen", "\\Answered", date=datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        mail("second", "\\Flagged", "\\Draft", "\\Deleted", "$Label1", "NonJunk"),
        mail("third", date=datetime(2024, 2, 29, 1, 2, 3, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        Mail(b"From: x\r\n\r\n8-bit: \xe9\xff\r\n) * OK {3}\r\n)\r\n"),
        Mail(b"From: x\r\n\r\n.\r\n\r\n" + b"x" * 12_000 + b"\r\n"),
    ]
    keep(store, ARCHIVE, mails)
    assert same_instant(kept(store, ARCHIVE)) == same_instant(mails)


@pytest.mark.parametrize("content", [b"no header\r\n", b"\r\n.\r\n\r\nx\r\n", b"From: x\r\n\r\nno line end"])
def test_a_message_out_of_shape_arrives_as_it_is_or_as_the_server_will_have_it(
    store: Store, store_kind: str, content: bytes
) -> None:
    peculiar = PECULIARITIES.get(store_kind, Peculiarities())
    make(store, ARCHIVE)
    [outcome] = store.append(messages([Mail(content)], ARCHIVE))
    if isinstance(outcome, Refused):
        assert peculiar.needs_header
        assert (outcome.code, outcome.words) == ("refused", "NO Message contains invalid header")
        return
    added = b"\r\n" if peculiar.adds_line_end and not content.endswith(b"\n") else b""
    assert [item.content for item in kept(store, ARCHIVE)] == [content + added]


def test_messages_of_any_size_pass_in_pieces(store: Store) -> None:
    sizes = [1, 4_095, 4_096, 4_097, 65_535, 65_536, 300_000, 9_000_000]
    make(store, ARCHIVE)
    whole = [
        Mail(b"Subject: x\r\n\r\n" + b"0123456789abcd\r\n" * (size // 16) + b"y" * (size % 16) + b"\r\n")
        for size in sizes
    ]
    outcomes = list(store.append((ARCHIVE, message(uid, item, pieces=7)) for uid, item in enumerate(whole)))
    assert [uid for outcome in outcomes for uid in outcome.uids] == list(range(len(sizes)))
    assert [item.content for item in kept(store, ARCHIVE)] == [item.content for item in whole]


def test_every_message_gets_one_outcome_in_order(store: Store) -> None:
    make(store, ARCHIVE)
    make(store, ("Other",))
    mails = [mail(str(number), *(["\\Seen", "$Later"] if number % 3 else [])) for number in range(250)]
    routes = [(ARCHIVE if number // 40 % 2 else ("Other",), message(number, item)) for number, item in enumerate(mails)]
    outcomes = list(store.append(iter(routes)))
    assert all(isinstance(outcome, Appended) for outcome in outcomes)
    assert [uid for outcome in outcomes for uid in outcome.uids] == list(range(250))
    assert [outcome.target for outcome in outcomes for _ in outcome.uids] == [path for path, _ in routes]
    assert sum(outcome.octets for outcome in outcomes if isinstance(outcome, Appended)) == sum(
        len(m.content) for m in mails
    )


def test_appended_messages_are_found_under_the_uids_that_were_told(store: Store) -> None:
    make(store, ARCHIVE)
    mails = [mail(str(number)) for number in range(120)]
    outcomes = [outcome for outcome in store.append(messages(mails, ARCHIVE, 1001)) if isinstance(outcome, Appended)]
    told = [outcome.target_uids for outcome in outcomes]
    if None in told:
        assert not store.capabilities.uidplus
        return
    places = [uid for uids in told for uid in uids or ()]
    state = store.state(ARCHIVE)
    assert state is not None
    assert {outcome.uidvalidity for outcome in outcomes} == {state.uidvalidity}
    contents = {item.uid: b"".join(item.chunks) for item in store.read([(ARCHIVE, UidSet(places))])}
    assert [contents[place] for place in places] == [item.content for item in mails]


def test_the_dates_of_receipt_are_told_without_reading_messages(store: Store) -> None:
    days = [datetime(2009, 6, number, 23, 30, tzinfo=timezone(timedelta(hours=-7))) for number in range(1, 5)]
    uids = list(keep(store, ARCHIVE, [mail(str(day), date=day) for day in days]))
    keep(store, ("Other",), [mail("a")])
    told = list(store.dates([(ARCHIVE, UidSet([*uids[1:], 4000])), (("Other",), UidSet([999]))]))
    assert sorted(told) == [(ARCHIVE, uid, day) for uid, day in zip(uids[1:], days[1:], strict=True)]


def test_only_flags_that_may_be_sent_arrive(store: Store) -> None:
    odd = [
        "\\Seen",
        "\\Recent",
        "\\X-Odd",
        "good",
        "two words",
        "par(en",
        'quo"te',
        "b\\s",
        "",
        "br]acket",
        "a\r\nz1 NOOP",
    ]
    keep(store, ARCHIVE, [mail("odd", *odd)])
    assert [item.flags for item in kept(store, ARCHIVE)] == [{"\\Seen", "good"}]


def test_a_message_without_date_gets_one(store: Store) -> None:
    make(store, ARCHIVE)
    item = message(1, mail("undated"))
    item.date = None
    assert [type(outcome) for outcome in store.append([(ARCHIVE, item)])] == [Appended]
    assert kept(store, ARCHIVE)[0].date > datetime(2020, 1, 1, tzinfo=UTC)


def test_reading_changes_nothing(store: Store) -> None:
    uids = keep(store, ARCHIVE, [mail("unseen"), mail("seen", "\\Seen")])
    before = store.state(ARCHIVE)
    assert len(kept(store, ARCHIVE)) == 2
    assert dict(flags_in(store, ARCHIVE, uids)) == dict(zip(uids, [frozenset(), frozenset({"\\Seen"})], strict=True))
    assert store.state(ARCHIVE) == before


def test_several_folders_are_read_in_one_stream_in_the_order_asked_for(store: Store) -> None:
    paths: list[Path] = [(f"Folder {number}",) for number in range(40)]
    for path in paths:
        keep(store, path, [mail(f"{path[0]} {number}") for number in range(3)])
    wanted = [(path, uids_in(store, path)) for path in reversed(paths)]
    stream = [(item.folder, item.uid, b"".join(item.chunks)) for item in store.read(iter(wanted))]
    assert [(path, uid) for path, uid, _ in stream] == [(path, uid) for path, uids in wanted for uid in uids]
    assert all(content.startswith(f"Subject: {path[0]}".encode()) for path, _, content in stream)


def test_uids_that_do_not_exist_are_left_out(store: Store) -> None:
    uids = keep(store, ARCHIVE, [mail(str(number)) for number in range(5)])
    some = UidSet([uids.first, uids.last, 900, 70_000])
    assert [item.uid for item in store.read([(ARCHIVE, some)])] == [uids.first, uids.last]
    assert sorted(uid for uid, _ in flags_in(store, ARCHIVE, some)) == [uids.first, uids.last]
    change(store, ARCHIVE, [FlagChange(some, add=frozenset({"\\Seen"}))])


def test_messages_that_nobody_reads_to_the_end_do_not_stop_the_stream(store: Store) -> None:
    mails = [mail("x" * size) for size in (10, 300_000, 20, 350_000, 30)]
    keep(store, ARCHIVE, mails)
    sizes = []
    for item in store.read([(ARCHIVE, uids_in(store, ARCHIVE))]):
        sizes.append(item.size)
        if item.size > 700_000:
            next(item.chunks)
    assert sizes == [len(item.content) for item in mails]


def test_a_stream_may_be_left_early(store: Store) -> None:
    keep(store, ARCHIVE, [mail("x" * 50_000) for _ in range(20)])
    uids = uids_in(store, ARCHIVE)
    stream: Iterator[Message] = store.read([(ARCHIVE, uids)])
    assert next(stream).uid == uids.first
    stream.close()  # type: ignore[attr-defined]
    assert uids_in(store, ARCHIVE) == uids


def test_a_scattered_set_of_uids_is_read_to_the_last(store: Store) -> None:
    uids = keep(store, ARCHIVE, [mail(str(number)) for number in range(300)])
    scattered = UidSet(list(uids)[::2]) | UidSet(range(100_001, 104_001, 2))
    assert len(str(scattered)) > 8_000
    assert [item.uid for item in store.read([(ARCHIVE, scattered)])] == list(uids)[::2]
    assert sorted(uid for uid, _ in flags_in(store, ARCHIVE, scattered)) == list(uids)[::2]
    change(store, ARCHIVE, [FlagChange(scattered, add=frozenset({"\\Flagged"}))])
    assert sum("\\Flagged" in flags for _, flags in flags_in(store, ARCHIVE, uids)) == 150


def test_flags_are_set_and_cleared_and_all_others_stay(store: Store) -> None:
    uids = list(keep(store, ARCHIVE, [mail("a", "\\Seen", "$Old"), mail("b", "\\Answered"), mail("c")]))
    first, second, third = uids
    change(
        store,
        ARCHIVE,
        [
            FlagChange(UidSet([first, second]), add=frozenset({"\\Flagged", "$New", "not an atom", "\\Recent"})),
            FlagChange(UidSet([first]), remove=frozenset({"\\Seen", "$Old"})),
            FlagChange(UidSet([third]), add=frozenset({"\\Deleted"}), remove=frozenset({"\\Seen"})),
        ],
    )
    assert dict(flags_in(store, ARCHIVE, UidSet(uids))) == {
        first: {"\\Flagged", "$New"},
        second: {"\\Answered", "\\Flagged", "$New"},
        third: {"\\Deleted"},
    }


def test_flag_changes_are_told_since_a_state(store: Store) -> None:
    uids = keep(store, ARCHIVE, [mail(str(number)) for number in range(10)])
    state = store.state(ARCHIVE)
    assert state is not None
    if not store.capabilities.condstore:
        assert state.highestmodseq == 0
        return
    assert list(flags_in(store, ARCHIVE, uids, changed_since=state.highestmodseq)) == []
    changed = UidSet(list(uids)[3:5])
    change(store, ARCHIVE, [FlagChange(changed, add=frozenset({"\\Seen"}))])
    found = flags_in(store, ARCHIVE, uids, changed_since=state.highestmodseq)
    assert dict(found) == dict.fromkeys(changed, frozenset({"\\Seen"}))
    after = store.state(ARCHIVE)
    assert after is not None
    assert after.highestmodseq > state.highestmodseq


def test_folders_that_were_prepared_take_messages_with_their_keywords(store: Store) -> None:
    paths: list[Path] = [INBOX, *((f"Folder {number}", "Below") for number in range(20))]
    store.create((path, "") for path in paths)
    keep(store, INBOX, [mail("there before")])
    states = store.prepare(paths)
    assert {path: state.messages for path, state in states.items()} == {path: int(path == INBOX) for path in paths}
    for path, state in states.items():
        told = store.state(path)
        assert told is not None
        assert state.uidvalidity == told.uidvalidity
        assert state.uidnext in (told.uidnext, 0)  # Courier does not say when it opens a folder
    list(store.append((path, message(1, mail(path[0], "\\Seen", "work"))) for path in paths))
    assert all(kept(store, path)[-1].flags == {"\\Seen", "work"} for path in paths)


def test_what_was_asked_ahead_is_read_and_anything_else_may_come_instead(store: Store) -> None:
    wanted = [(ARCHIVE, keep(store, ARCHIVE, [mail("one"), mail("two")]))]
    for _ in range(2):
        store.ask_ahead(wanted)
        assert [b"".join(item.chunks) for item in store.read(wanted)] == [mail("one").content, mail("two").content]
    store.ask_ahead(wanted)
    state = store.state(ARCHIVE)
    assert state is not None
    assert state.messages == 2
    store.ask_ahead(wanted)
    assert list(store.read([])) == []
    assert uids_in(store, ARCHIVE) == wanted[0][1]


def test_connecting_again_changes_nothing(store: Store) -> None:
    store.connect()
    keep(store, ARCHIVE, [mail("kept")])
    store.connect()
    assert len(kept(store, ARCHIVE)) == 1


def test_another_connection_sees_what_was_stored(open_mailbox: OpenMailbox) -> None:
    one, other = open_mailbox(), open_mailbox()
    keep(one, ("Ordner", "Übersicht"), [mail("a")])
    assert len(kept(other, ("Ordner", "Übersicht"))) == 1
    keep(one, ("Ordner", "Übersicht"), [mail("b")])
    assert len(kept(other, ("Ordner", "Übersicht"))) == 2


def test_a_source_that_breaks_off_within_a_message_leaves_no_part_of_it(open_mailbox: OpenMailbox) -> None:
    store = open_mailbox()
    make(store, ARCHIVE)

    def broken() -> Iterator[bytes]:
        yield b"x" * 70_000
        raise Retry("hung_up", "the source is gone")

    def stream() -> Iterator[tuple[Path, Message]]:
        yield from messages([mail("whole"), mail("whole too")], ARCHIVE)
        yield ARCHIVE, Message(SOURCE, 3, frozenset(), None, 100_000, broken())

    with pytest.raises(Retry, match="the source is gone"):
        list(store.append(stream()))
    contents = [item.content for item in kept(open_mailbox(), ARCHIVE)]
    assert all(len(content) < 100 for content in contents)


def test_closing_twice_is_no_error(store: Store) -> None:
    assert uids_in(store, INBOX) == UidSet()
    store.close()
    store.close()
