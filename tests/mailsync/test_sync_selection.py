"""Only what is selected is copied, everything else is accounted for, and the selection may change between two runs."""

from __future__ import annotations

from datetime import datetime
from itertools import count

import pytest

from mailsync.events import Event, Planned
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX, Path
from mailsync.selection import EVERYTHING, Selection, parse_pattern
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from mailsync.verify import verify
from tests.mailsync.mailboxes import DEEP, SENT, contents, day, filled, mail, unordered

RECENT = Selection(received_from=day(5))
UNDELETED = Selection(deleted=False)


def selecting(source: MemoryStore, target: MemoryStore, journal: MemoryJournal, selection: Selection) -> list[Event]:
    clock = map(float, count())
    return list(sync(source, target, journal, clock=clock.__next__, selection=selection))


def mailbox(*, condstore: bool = True) -> MemoryStore:
    """Ten messages in the inbox, one a day."""
    store = MemoryStore(condstore=condstore)
    for number in range(10):
        store.deliver(INBOX, mail(number), (), day(number))
    return store


def dates(store: MemoryStore, path: Path = INBOX) -> list[datetime]:
    return [message.date for message in store.mailbox[path].messages.values()]


def test_only_selected_folders_are_copied_and_the_others_are_explained() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    selection = Selection(exclude=(parse_pattern("#SentItems#"), parse_pattern("Archief/*")))
    events = selecting(source, target, journal, selection)
    assert set(contents(target)) == {INBOX, ("Empty",)}
    assert contents(target)[INBOX] == contents(source)[INBOX]
    assert events[0] == Planned(2, 7, sum(len(mail(n % 5)) for n in range(7)), 7)
    assert verify(source, target, journal, selection).count() == {("missing", "excluded"): 14}
    assert not verify(source, target, journal).ok


def test_a_selected_folder_goes_where_it_would_go_without_a_selection() -> None:
    source, target = MemoryStore(), MemoryStore()
    source.deliver(("Work",), mail(1))
    source.deliver(("WORK",), mail(2))
    selecting(source, target, MemoryJournal(), Selection(include=(parse_pattern("Nowhere"),)))
    assert set(contents(target)) == {INBOX}
    everything = MemoryStore()
    selecting(source, everything, MemoryJournal(), EVERYTHING)
    assert set(contents(everything)) == {INBOX, ("WORK",), ("Work (2)",)}


def test_messages_outside_the_dates_stay_behind_and_are_accounted_for() -> None:
    source, target, journal = mailbox(), MemoryStore(), MemoryJournal()
    events = selecting(source, target, journal, RECENT)
    assert dates(target) == [day(number) for number in range(5, 10)]
    planned = events[0]
    assert isinstance(planned, Planned)
    assert (planned.messages, planned.to_copy, planned.excluded) == (5, 5, 5)
    assert verify(source, target, journal, RECENT).count() == {("missing", "excluded"): 5}
    assert str(journal.load()[INBOX].excluded) == "1:5"


@pytest.mark.parametrize("selection", [RECENT, UNDELETED])
@pytest.mark.parametrize("condstore", [True, False])
def test_an_unchanged_mailbox_is_not_looked_into_again(selection: Selection, condstore: bool) -> None:
    source, target, journal = mailbox(condstore=condstore), MemoryStore(), MemoryJournal()
    source.mark(INBOX, 3, ["\\Deleted"])
    selecting(source, target, journal, selection)
    source.calls.clear()
    target.calls.clear()
    events = selecting(source, target, journal, selection)
    assert target.calls == []
    assert source.calls[0] == "folders"
    assert "dates" not in source.calls
    assert "uids" not in source.calls
    assert isinstance(events[0], Planned)
    assert events[0].excluded == (5 if selection is RECENT else 1)


@pytest.mark.parametrize("condstore", [True, False])
def test_new_mail_is_selected_like_the_old(condstore: bool) -> None:
    source, target, journal = mailbox(condstore=condstore), MemoryStore(), MemoryJournal()
    selecting(source, target, journal, RECENT)
    source.deliver(INBOX, mail(97), (), day(1))
    source.deliver(INBOX, mail(98), (), day(20))
    selecting(source, target, journal, RECENT)
    assert dates(target) == [*(day(number) for number in range(5, 10)), day(20)]
    assert str(journal.load()[INBOX].excluded) == "1:5,11"


@pytest.mark.parametrize("condstore", [True, False])
def test_a_message_that_is_no_longer_marked_as_deleted_is_copied_after_all(condstore: bool) -> None:
    source, target, journal = mailbox(condstore=condstore), MemoryStore(), MemoryJournal()
    for uid in (1, 2, 3):
        source.mark(INBOX, uid, ["\\Deleted", "\\Seen"])
    selecting(source, target, journal, UNDELETED)
    assert dates(target) == [day(number) for number in range(3, 10)]
    assert verify(source, target, journal, UNDELETED).count() == {("missing", "excluded"): 3}
    source.mark(INBOX, 2, ["\\Seen"])
    selecting(source, target, journal, UNDELETED)
    assert dates(target)[-1] == day(1)
    assert str(journal.load()[INBOX].deleted) == "1,3"


def test_a_folder_of_which_all_is_marked_as_deleted_is_looked_at_again() -> None:
    source, target, journal = MemoryStore(), MemoryStore(), MemoryJournal()
    source.deliver(INBOX, mail(1), ["\\Deleted"])
    selecting(source, target, journal, UNDELETED)
    source.mark(INBOX, 1, [])
    selecting(source, target, journal, UNDELETED)
    assert len(dates(target)) == 1


def test_a_wider_selection_copies_the_rest_and_a_narrower_one_takes_nothing_away() -> None:
    source, target, journal = mailbox(), MemoryStore(), MemoryJournal()
    selecting(source, target, journal, RECENT)
    selecting(source, target, journal, EVERYTHING)
    assert unordered(contents(target)) == unordered(contents(source))
    assert verify(source, target, journal).count() == {("order", "selected_later"): 1}
    target.writes.clear()
    selecting(source, target, journal, RECENT)
    assert target.writes == []
    assert verify(source, target, journal, RECENT).ok
    selecting(source, target, journal, EVERYTHING)
    assert target.writes == []


def test_a_changed_selection_of_folders_copies_the_new_ones() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    selecting(source, target, journal, Selection(include=(parse_pattern("#Inbox#"),)))
    assert set(contents(target)) == {INBOX}
    selecting(source, target, journal, EVERYTHING)
    assert contents(target) == contents(source)


def test_the_fast_lane_comes_first_and_the_history_after_it() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    selecting(source, target, journal, EVERYTHING.recent(day(2)))
    assert {path: len(mails) for path, mails in contents(target).items()} == {INBOX: 2, SENT: 2}
    selecting(source, target, journal, EVERYTHING)
    assert unordered(contents(target)) == unordered(contents(source))
    assert contents(target)[DEEP] == contents(source)[DEEP]
    assert verify(source, target, journal).ok


def test_a_lost_target_folder_is_filled_again_with_what_is_selected() -> None:
    source, target, journal = mailbox(), MemoryStore(), MemoryJournal()
    source.mark(INBOX, 9, ["\\Deleted"])
    selection = Selection(received_from=day(5), deleted=False)
    selecting(source, target, journal, selection)
    target.renumber(INBOX)
    target.mailbox[INBOX].messages.clear()
    source.deliver(INBOX, mail(98), (), day(20))
    selecting(source, target, journal, selection)
    assert dates(target) == [day(5), day(6), day(7), day(9), day(20)]
