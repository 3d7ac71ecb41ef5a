"""After a run that was cut off: what the target has of it, and what it goes on storing of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from mailsync.adoption import LOOKS, SETTLING
from mailsync.errors import Retry, Stop
from mailsync.events import Adopted, Event, Finished
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX, Folder
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from tests.mailsync.mailboxes import SENT, contents, day, filled, mail, run


def resumed(
    source: MemoryStore,
    target: MemoryStore,
    journal: MemoryJournal,
    pause: Callable[[float], object],
    wanted: Callable[[], bool] = lambda: True,
) -> list[Event]:
    clock = map(float, count())
    return list(sync(source, target, journal, clock=clock.__next__, wanted=wanted, pause=pause))


def cut_off(source: MemoryStore, target: MemoryStore) -> MemoryJournal:
    """A run that breaks when the first messages are on their way; nothing has been stored of them."""
    journal = MemoryJournal()

    def hang_up(step: str) -> None:
        if step == "append batch":
            raise Retry("hung_up")

    target.step = hang_up
    with pytest.raises(Retry):
        run(source, target, journal)
    target.step = None
    return journal


def test_what_a_server_stores_late_of_a_broken_run_is_not_copied_again() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    journal, pauses = cut_off(source, target), list[float]()

    def store_late(seconds: float) -> None:
        pauses.append(seconds)
        for number in range(3):
            target.deliver(INBOX, mail(number), ["\\Seen"] * number, day(number))

    events = resumed(source, target, journal, store_late)
    assert pauses == [SETTLING]
    assert Adopted(INBOX, 3, sum(len(mail(number)) for number in range(3))) in events
    assert contents(target)[INBOX] != []
    assert sorted(text for text, _, _ in contents(target)[INBOX]) == sorted(
        text for text, _, _ in contents(source)[INBOX]
    )


def test_a_run_that_was_not_cut_off_is_not_paused_for() -> None:
    source, target = filled(MemoryStore()), filled(MemoryStore())
    pauses: list[float] = []
    resumed(source, target, MemoryJournal(), pauses.append)
    assert pauses == []
    assert contents(target) == contents(source)


def test_mail_that_never_stops_coming_to_the_target_does_not_keep_us_looking_for_ever() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    journal = cut_off(source, target)
    looks = count()

    def deliver(step: str) -> None:
        if step == "uids":
            target.deliver(SENT, mail(1000 + next(looks)))

    target.step = deliver
    resumed(source, target, journal, lambda _: None)
    assert next(looks) == LOOKS
    assert len(target.mailbox[SENT].messages) == len(source.mailbox[SENT].messages) + LOOKS


def test_a_stop_is_heard_between_two_folders_that_are_looked_through() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    journal = cut_off(source, target)
    target.deliver(INBOX, mail(0))
    reads = source.calls.count("read")
    events = resumed(source, target, journal, lambda _: None, lambda: source.calls.count("read") == reads)
    assert events[-1] == Finished(complete=False)
    run(source, target, journal)
    assert len(target.mailbox[INBOX].messages) == len(source.mailbox[INBOX].messages)


def test_a_target_that_lets_nobody_in_is_told_apart_from_the_source() -> None:
    class Closed(MemoryStore):
        def folders(self) -> list[Folder]:
            raise Stop("sign_in_failed", "NO wrong password")

    for source, target, side in ((filled(MemoryStore()), Closed(), "target"), (Closed(), Closed(), "source")):
        with pytest.raises(Stop) as stopped:
            run(source, target)
        assert (stopped.value.code, stopped.value.side) == ("sign_in_failed", side)
