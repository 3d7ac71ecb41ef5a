"""Trouble on the way: messages that are refused or can not be read, folders that are refused, lost or replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from mailsync.errors import Reject, Retry, Stop
from mailsync.events import (
    MessageSkipped,
)
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX, Path
from mailsync.stores.memory import MemoryStore
from tests.mailsync.mailboxes import DEEP, SENT, contents, filled, mail, run, unordered


@pytest.mark.parametrize("multiappend", [True, False])
def test_a_refused_message_is_skipped_with_its_reason_and_the_others_arrive(multiappend: bool) -> None:
    source, journal = filled(MemoryStore()), MemoryJournal()
    target = MemoryStore(
        multiappend=multiappend, refuse=lambda content: "NUL characters" if content == mail(3) else None
    )
    events = run(source, target, journal)
    skipped = journal.skipped()
    assert [event.item for event in events if isinstance(event, MessageSkipped)] == skipped
    assert [(item.folder, item.uid, item.kind, item.reason) for item in skipped] == [
        (path, 4, "refused", "NUL characters") for path in (DEEP, INBOX, SENT)
    ]
    assert skipped[0].subject == "Númber 3"
    assert skipped[0].date is not None
    assert skipped[0].date.isoformat() == "2009-06-01T10:00:00+02:00"
    assert skipped[0].size == len(mail(3))
    assert all(len(folder.messages) == 6 for path, folder in target.mailbox.items() if path in (INBOX, SENT, DEEP))
    target.calls.clear()
    run(source, target, journal)
    assert target.calls == []


def test_a_full_target_stops_the_mailbox_and_the_next_run_goes_on() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(batch=2), MemoryJournal()
    target.refuse = lambda _: "[OVERQUOTA] Quota exceeded" if len(target.mailbox[INBOX].messages) >= 4 else None
    with pytest.raises(Stop) as stopped:
        run(source, target, journal)
    assert (stopped.value.code, stopped.value.words, stopped.value.side) == (
        "over_quota",
        "[OVERQUOTA] Quota exceeded",
        "target",
    )
    assert len(journal.load()[INBOX].copied) == 4
    target.refuse = None
    run(source, target, journal)
    assert contents(target) == contents(source)


def test_a_target_folder_that_is_removed_in_the_middle_is_made_again_and_filled() -> None:
    source, target = filled(MemoryStore()), MemoryStore(batch=2)
    appends = 0

    def remove_once(step: str) -> None:
        nonlocal appends
        appends += step == "append batch"
        if step == "append batch" and appends == 3:
            target.drop(DEEP)

    target.step = remove_once
    run(source, target)
    assert contents(target) == contents(source)


def test_a_folder_that_is_replaced_while_it_is_filled_gets_every_message_once() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(batch=2), MemoryJournal()
    appends = 0

    def replace_once(step: str) -> None:
        nonlocal appends
        appends += step == "append batch"
        if step == "append batch" and appends == 3:
            target.renumber(DEEP)

    target.step = replace_once
    run(source, target, journal)
    assert unordered(contents(target)) == unordered(contents(source))
    target.calls.clear()
    run(source, target, journal)
    assert target.calls == []


def test_a_folder_that_is_lost_again_and_again_ends_the_run_with_the_words_of_the_target() -> None:
    source, target = filled(MemoryStore()), MemoryStore(batch=2)

    def remove(step: str) -> None:
        if step == "append batch" and DEEP in target.mailbox:
            target.drop(DEEP)

    target.step = remove
    with pytest.raises(Stop, match="Mailbox doesn't exist") as stopped:
        run(source, target)
    assert (stopped.value.code, stopped.value.side) == ("folder_refused", "target")


def test_a_folder_that_the_target_will_not_have_does_not_keep_the_others_back() -> None:
    class Picky(MemoryStore):
        def create(self, wanted: Iterable[tuple[Path, str]]) -> dict[Path, Stop]:
            folders = list(wanted)
            super().create(item for item in folders if item[0][-1] != SENT[-1])
            return {path: Stop("folder_refused", "Invalid mailbox name") for path, _ in folders if path[-1] == SENT[-1]}

    source, target, journal = filled(MemoryStore()), Picky(), MemoryJournal()
    with pytest.raises(Stop) as stopped:
        run(source, target, journal)
    assert (stopped.value.code, stopped.value.side) == ("folder_refused", "target")
    assert SENT not in target.mailbox
    assert contents(target) == {path: mails for path, mails in contents(source).items() if path != SENT}


def test_messages_that_vanish_while_they_are_copied_are_no_error() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(batch=1), MemoryJournal()

    def vanish(step: str) -> None:
        if step == "append batch" and 7 in source.mailbox[SENT].messages:
            source.expunge(SENT, 7)

    target.step = vanish
    run(source, target, journal)
    assert contents(target) == contents(source)
    assert journal.skipped() == []


def test_a_message_that_the_source_lists_but_does_not_deliver_is_skipped_as_unreadable() -> None:
    class Holey(MemoryStore):
        def read(self, wanted):  # type: ignore[no-untyped-def]
            return (message for message in super().read(wanted) if message.uid != 2)

        def dates(self, wanted):  # type: ignore[no-untyped-def]
            raise Retry("hung_up")  # over the same message

    source, target, journal = Holey(), MemoryStore(), MemoryJournal()
    for number in range(3):
        source.deliver(INBOX, mail(number))
    run(source, target, journal)
    assert [(item.uid, item.kind, item.date) for item in journal.skipped()] == [(2, "unreadable", None)]
    assert len(target.mailbox[INBOX].messages) == 2


def test_a_message_that_breaks_the_stream_is_skipped_and_the_next_run_gets_past_it() -> None:
    class Garbled(MemoryStore):
        def _chunks(self, content: bytes) -> Iterator[bytes | memoryview]:
            if content == mail(3):
                raise Reject("unreadable", "does not have the octets that were announced")
            yield from super()._chunks(content)

    source, target, journal = Garbled(), MemoryStore(batch=2), MemoryJournal()
    for number in range(6):
        source.deliver(INBOX, mail(number))
    with pytest.raises(Retry) as broken:
        run(source, target, journal)
    assert broken.value.side == "source"
    run(source, target, journal)
    assert [(item.uid, item.kind) for item in journal.skipped()] == [(4, "unreadable")]
    assert [text for text, _, _ in contents(target)[INBOX]] == [mail(number) for number in (0, 1, 2, 4, 5)]


def test_a_message_that_is_refused_and_then_breaks_off_does_not_fail_the_mailbox() -> None:
    class Garbled(MemoryStore):
        reads = 0

        def _chunks(self, content: bytes) -> Iterator[bytes | memoryview]:
            self.reads += content == mail(3)
            if self.reads == 2:
                raise Reject("unreadable", "does not have the octets that were announced")
            yield from super()._chunks(content)

    source, journal = Garbled(), MemoryJournal()
    target = MemoryStore(batch=2, refuse=lambda content: "contains a virus" if content == mail(3) else None)
    for number in range(6):
        source.deliver(INBOX, mail(number))
    with pytest.raises(Retry) as broken:
        run(source, target, journal)
    assert (broken.value.code, broken.value.side) == ("unavailable", "source")
    run(source, target, journal)
    assert [(item.uid, item.kind) for item in journal.skipped()] == [(4, "unreadable")]
    assert len(target.mailbox[INBOX].messages) == 5


def test_a_stop_is_heard_between_two_messages_that_are_tried_once_more() -> None:
    source, journal, tried = MemoryStore(), MemoryJournal(), list[bytes]()

    def refuse(content: bytes) -> str | None:
        tried.append(content)
        return "contains a virus" if content == mail(0) else None

    target = MemoryStore(batch=10, refuse=refuse)
    for number in range(6):
        source.deliver(INBOX, mail(number))
    run(source, target, journal, wanted=lambda: len(tried) < 3)  # one for the batch, then each alone
    assert len(target.mailbox[INBOX].messages) < 5
    run(source, target, journal)
    assert [text for text, _, _ in contents(target)[INBOX]] == [mail(number) for number in range(1, 6)]
    assert [item.uid for item in journal.skipped()] == [1]
