"""One mailbox to another: what arrives, what stays, what is left alone."""

from __future__ import annotations

import pytest

from mailsync.errors import Retry
from mailsync.events import (
    Adopted,
    Copied,
    Finished,
    FlagsChanged,
    FolderFinished,
    FolderStarted,
    Planned,
)
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.stores.memory import MemoryStore
from tests.mailsync.mailboxes import DEEP, SENT, contents, day, filled, mail, run


def test_messages_arrive_as_they_were_and_in_order() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    run(source, target)
    assert contents(target) == contents(source)


def test_the_source_is_never_written_to() -> None:
    source = filled(MemoryStore())
    run(source, MemoryStore())
    assert source.writes == []


def test_events_tell_the_whole_story() -> None:
    source, target = MemoryStore(), MemoryStore(batch=2)
    for number in range(3):
        source.deliver(SENT, mail(number))
    events = run(source, target)
    size = len(mail(0))
    assert events == [
        Planned(folders=2, messages=3, octets=3 * size, to_copy=3),
        FolderFinished(INBOX),
        FolderStarted(SENT, SENT, 3, 3),
        Copied(SENT, 2, 2 * size),
        Copied(SENT, 1, size),
        FolderFinished(SENT),
        Finished(complete=True),
    ]


def test_a_second_run_over_an_unchanged_mailbox_does_not_touch_the_target() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    target.calls.clear()
    source.calls.clear()
    run(source, target, journal)
    assert target.calls == []
    assert source.calls == ["folders"]


def test_without_modification_sequences_the_source_flags_are_looked_at_and_the_target_still_not_touched() -> None:
    source, target, journal = filled(MemoryStore(condstore=False)), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    target.calls.clear()
    run(source, target, journal)
    assert target.calls == []


def test_new_mail_and_only_new_mail_is_copied() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    target.writes.clear()
    source.deliver(INBOX, mail(99), ["\\Seen"], day(9))
    events = run(source, target, journal)
    assert target.writes == ["append 1 INBOX"]
    assert contents(target) == contents(source)
    assert isinstance(events[0], Planned)
    assert (events[0].messages, events[0].to_copy) == (22, 1)


@pytest.mark.parametrize("condstore", [True, False])
def test_flags_that_changed_at_the_source_are_carried_over(condstore: bool) -> None:
    source, target, journal = filled(MemoryStore(condstore=condstore)), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    source.mark(DEEP, 1, ["\\Seen", "\\Answered"])
    source.mark(DEEP, 3, [])
    source.mark(DEEP, 5, ["\\Seen", "Later"])
    events = run(source, target, journal)
    assert FlagsChanged(DEEP, 3) in events
    assert contents(target) == contents(source)


def test_flags_that_the_owner_changed_on_the_target_survive() -> None:
    source, target, journal = MemoryStore(), MemoryStore(), MemoryJournal()
    source.deliver(INBOX, mail(1), ["\\Flagged", "Old"])
    run(source, target, journal)
    target.mark(INBOX, 1, ["\\Seen", "Mine", "Old"])  # the owner read it, and took the flag off
    source.mark(INBOX, 1, ["\\Flagged", "\\Answered"])
    run(source, target, journal)
    assert target.mailbox[INBOX].messages[1].flags == {"\\Seen", "Mine", "\\Answered"}


def test_messages_deleted_at_the_source_stay_on_the_target() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    before = contents(target)
    source.expunge(INBOX, 2)
    run(source, target, journal)
    assert contents(target) == before


def test_messages_deleted_on_the_target_do_not_come_back() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    target.expunge(INBOX, 2)
    source.deliver(INBOX, mail(50))
    source.mark(INBOX, 2, ["\\Answered"])
    run(source, target, journal)
    assert len(target.mailbox[INBOX].messages) == 7


def test_empty_and_parent_folders_are_made() -> None:
    source, target = MemoryStore(), MemoryStore()
    source.add(("Top", "Below"))
    source.mailbox[("Top",)].selectable = False
    run(source, target)
    assert set(target.mailbox) == {INBOX, ("Top",), ("Top", "Below")}


def test_folders_go_to_the_folder_of_the_same_special_use() -> None:
    source, target = MemoryStore(), MemoryStore()
    source.add(SENT, "\\Sent")
    source.add(("Bin",), "\\Trash")
    source.deliver(SENT, mail(1))
    target.add(("Sent Items",), "\\Sent")
    run(source, target)
    assert len(target.mailbox[("Sent Items",)].messages) == 1
    assert target.mailbox[("Bin",)].special_use == "\\Trash"


def test_a_message_above_the_limit_of_the_target_is_skipped_as_too_large() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(append_limit=1000), MemoryJournal()
    source.deliver(SENT, mail(0, "x" * 1000))
    run(source, target, journal)
    assert [(item.folder, item.uid, item.kind) for item in journal.skipped()] == [(SENT, 8, "too_large")]
    assert len(target.mailbox[SENT].messages) == 7


def test_when_no_longer_wanted_it_ends_soon_and_the_next_run_goes_on() -> None:
    source, target, journal = filled(MemoryStore(), 50), MemoryStore(batch=2), MemoryJournal()
    answers = iter([True] * 20)
    events = run(source, target, journal, wanted=lambda: next(answers, False))
    assert events[-1] == Finished(complete=False)
    assert 0 < len(target.mailbox[DEEP].messages) < 50
    assert run(source, target, journal)[-1] == Finished(complete=True)
    assert contents(target) == contents(source)


@pytest.mark.parametrize("side", ["source", "target"])
def test_errors_say_on_which_side_they_happened(side: str) -> None:
    source, target = filled(MemoryStore()), MemoryStore()

    def break_off(step: str) -> None:
        if step in {"chunk", "append batch"}:
            raise Retry("hung_up")

    (source if side == "source" else target).step = break_off
    with pytest.raises(Retry) as broken:
        run(source, target)
    assert broken.value.side == side


def test_without_a_journal_nothing_is_copied_twice() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    run(source, target)
    target.writes.clear()
    events = run(source, target, MemoryJournal())
    assert target.writes == []
    assert sum(event.messages for event in events if isinstance(event, Adopted)) == 21
    assert contents(target) == contents(source)


def test_messages_that_were_on_the_target_before_stay_and_equal_ones_are_taken_as_copies() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    target.deliver(INBOX, mail(1), ["\\Seen"], day(1))
    target.deliver(INBOX, mail(77), ["\\Seen"], day(1))
    run(source, target)
    assert len(target.mailbox[INBOX].messages) == 7 + 1


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_new_uidvalidity_duplicates_nothing_and_loses_no_flag(side: str) -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    (source if side == "source" else target).renumber(INBOX)
    source.deliver(INBOX, mail(30), ["\\Flagged"])
    source.mark(INBOX, 2, ["\\Seen", "\\Answered"])
    run(source, target, journal)
    assert contents(target) == contents(source)
    target.calls.clear()
    run(source, target, journal)
    assert target.calls == []


def test_without_uidplus_the_new_uids_are_found_by_counting() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(uidplus=False), MemoryJournal()
    run(source, target, journal)
    assert contents(target) == contents(source)
    assert list(journal.load()[INBOX].copied.items()) == [(uid, uid) for uid in range(1, 8)]
    source.mark(INBOX, 3, ["\\Answered"])
    run(source, target, journal)
    assert contents(target) == contents(source)


def test_without_uidplus_mail_that_arrives_meanwhile_is_not_taken_for_a_copy() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(uidplus=False, batch=2), MemoryJournal()
    appended = 0

    def new_mail_comes(step: str) -> None:
        nonlocal appended
        appended += step == "appended"
        if step == "appended" and appended == 5:
            target.deliver(INBOX, mail(500), ["\\Seen"])

    target.step = new_mail_comes
    run(source, target, journal)
    source.mark(INBOX, 7, ["\\Answered"])
    run(source, target, journal)
    arrived = [text for text, _, _ in contents(target)[INBOX]]
    assert sorted(arrived) == sorted([*(text for text, _, _ in contents(source)[INBOX]), mail(500)])
    assert target.mailbox[INBOX].messages[8].flags == {"\\Answered"}
