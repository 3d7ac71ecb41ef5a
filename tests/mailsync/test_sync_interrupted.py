"""Break it after any step, run it again: the same end as without a break. A third run does nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.errors import Retry
from mailsync.journal import FolderRecord, MemoryJournal
from mailsync.model import INBOX, Path, Skipped
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from tests.mailsync.mailboxes import DEEP, SENT, Spares, contents, day, filled, mail, run, unordered

TARGETS: dict[str, Callable[[], MemoryStore]] = {
    "multiappend": lambda: MemoryStore(batch=2),
    "single appends": lambda: MemoryStore(multiappend=False),
    "no uidplus": lambda: MemoryStore(uidplus=False, batch=2),
    "no uidplus, single": lambda: MemoryStore(uidplus=False, multiappend=False),
}


class Killed(BaseException):
    """The process is gone: nothing of it can save anything any more."""


@dataclass
class Breaker:
    """Counts steps wherever they happen, in any thread; at ``at`` a line breaks, or the whole process is killed."""

    at: int
    kill: bool
    steps: int = 0
    dead: bool = False
    counting: Lock = field(default_factory=Lock)

    def step(self, _: str) -> None:
        with self.counting:
            self.steps += 1
            now = self.steps == self.at
            self.dead = self.dead or (now and self.kill)
        if now or self.dead:
            raise Killed if self.kill else Retry("hung_up")


@dataclass
class BreakableJournal:
    kept: MemoryJournal
    breaker: Breaker
    saves: list[FolderRecord] = field(default_factory=list)

    def load(self) -> Mapping[Path, FolderRecord]:
        return self.kept.load()

    def save(self, records: Iterable[FolderRecord], skipped: tuple[Skipped, ...] = ()) -> None:
        if self.breaker.dead:
            return
        self.breaker.step("save")
        self.kept.save(records, skipped)
        self.breaker.step("saved")

    def skipped(self) -> list[Skipped]:
        return self.kept.skipped()


def run_until_broken(
    source: MemoryStore, target: MemoryStore, journal: MemoryJournal, breaker: Breaker, spares: int = 0
) -> bool:
    """Whether it broke; time passes quickly enough that every batch is written down, or not at all."""
    source.step = target.step = breaker.step
    extra = Spares(source, target, spares)
    clock = map(float, count()) if breaker.at % 2 else map(float, iter(int, 1))
    try:
        breakable = BreakableJournal(journal, breaker)
        events = sync(source, target, breakable, clock=clock.__next__, spare=extra, pause=lambda _: None)
        with closing(events):
            for _ in events:
                breaker.step("event")
    except (Retry, Killed):
        return True
    finally:
        source.step = target.step = None
        assert extra.all_closed
    return False


def assert_synced(source: MemoryStore, target: MemoryStore, journal: MemoryJournal) -> None:
    assert contents(target) == contents(source)
    target.calls.clear()
    run(source, target, journal)
    assert target.calls == []
    assert source.writes == []


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "line broke"])
@pytest.mark.parametrize("name", TARGETS)
def test_after_a_break_at_any_step_the_next_run_ends_as_if_there_had_been_none(name: str, kill: bool) -> None:
    for at in count(1):
        source, target, journal = filled(MemoryStore(), 3), TARGETS[name](), MemoryJournal()
        broken = run_until_broken(source, target, journal, Breaker(at, kill))
        run(source, target, journal)
        assert_synced(source, target, journal)
        if not broken:
            assert at > 50
            break


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "line broke"])
@pytest.mark.parametrize("name", TARGETS)
def test_with_several_pairs_any_of_them_may_break_at_any_step(name: str, kill: bool, shared: None) -> None:
    for at in count(1):
        source, target, journal = filled(MemoryStore(), 4), TARGETS[name](), MemoryJournal()
        breaker = Breaker(at, kill)
        run_until_broken(source, target, journal, breaker, spares=1 + at % 2)
        run(source, target, journal, spare=Spares(source, target, 2))
        assert unordered(contents(target)) == unordered(contents(source))
        target.calls.clear()
        run(source, target, journal)
        assert target.calls == []
        if breaker.steps < at:
            assert at > 50
            break


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "line broke"])
@pytest.mark.parametrize("name", TARGETS)
def test_an_incremental_run_may_break_at_any_step_too(name: str, kill: bool) -> None:
    for at in count(1):
        source, target, journal = filled(MemoryStore(), 3), TARGETS[name](), MemoryJournal()
        run(source, target, journal)
        source.deliver(INBOX, mail(1), ["\\Seen"], day(1))
        source.deliver(SENT, mail(60), [], day(2))
        source.mark(DEEP, 2, ["\\Answered"])
        source.mark(INBOX, 1, ["\\Flagged", "Work"])
        broken = run_until_broken(source, target, journal, Breaker(at, kill))
        run(source, target, journal)
        assert_synced(source, target, journal)
        if not broken:
            break


@pytest.mark.parametrize("name", TARGETS)
def test_refused_messages_are_listed_once_whatever_breaks(name: str) -> None:
    for at in count(1):
        source, target, journal = filled(MemoryStore(), 3), TARGETS[name](), MemoryJournal()
        target.refuse = lambda content: "contains a virus" if content == mail(2) else None
        broken = run_until_broken(source, target, journal, Breaker(at, kill=True))
        run(source, target, journal)
        assert [(item.folder, item.uid) for item in journal.skipped()] == [(path, 3) for path in (DEEP, INBOX, SENT)]
        expected = {path: [m for m in mails if m[0] != mail(2)] for path, mails in contents(source).items()}
        assert unordered(contents(target)) == unordered(expected)
        if not broken:
            break


@pytest.fixture(scope="module")
def shared() -> Iterator[None]:
    """As if a handful of messages were so many thousands that they are worth several pairs, and a folder of five giant."""
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in (("MESSAGE", 1), ("PAYS", 1), ("GIANT", 3), ("PIECE", 2)):
            patch.setattr(f"mailsync.sharing.{name}", cost)
        yield


PATHS = st.sampled_from([INBOX, SENT, DEEP])
FLAGS = st.lists(st.sampled_from(["\\Seen", "\\Answered", "$Label1", "Work"]), max_size=3)
DELIVERIES = st.lists(st.tuples(PATHS, st.integers(0, 3), FLAGS, st.integers(0, 1)), max_size=12)


def deliver(store: MemoryStore, deliveries: list[tuple[Path, int, list[str], int]]) -> None:
    for path, number, flags, date in deliveries:
        store.deliver(path, mail(number), flags, day(date))


@given(
    name=st.sampled_from(sorted(TARGETS)),
    before=DELIVERIES,
    between=DELIVERIES,
    expunged=st.lists(st.tuples(PATHS, st.integers(1, 6)), max_size=3),
    breaks=st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(0, 2)), max_size=4),
    lost_journal=st.booleans(),
    renumbered=st.sets(st.sampled_from(["source", "target"])),
)
def test_whatever_happens_in_between_no_message_is_lost_and_none_is_doubled(
    name: str,
    before: list[tuple[Path, int, list[str], int]],
    between: list[tuple[Path, int, list[str], int]],
    expunged: list[tuple[Path, int]],
    breaks: list[tuple[int, bool, int]],
    lost_journal: bool,
    renumbered: set[str],
    shared: None,
) -> None:
    source, target, journal = MemoryStore(), TARGETS[name](), MemoryJournal()
    deliver(source, before)
    for at, kill, spares in breaks:
        run_until_broken(source, target, journal, Breaker(at, kill), spares)
    deliver(source, between)
    gone = [(path, uid) for path, uid in expunged if path in source.mailbox and uid in source.mailbox[path].messages]
    for path, uid in set(gone):
        source.expunge(path, uid)
    for side, store in (("source", source), ("target", target)):
        for path in store.mailbox if side in renumbered else ():
            store.renumber(path)
    journal = MemoryJournal() if lost_journal else journal
    run(source, target, journal)
    for path, folder in source.mailbox.items():
        originals = Counter(message.content for message in folder.messages.values())
        copies = Counter(message.content for message in target.mailbox[path].messages.values())
        assert originals <= copies
        assert (copies - originals).total() <= sum(1 for gone_from, _ in set(gone) if gone_from == path)
        if not gone:
            dates = Counter((message.content, message.date) for message in folder.messages.values())
            assert dates == Counter(
                (message.content, message.date) for message in target.mailbox[path].messages.values()
            )
    target.calls.clear()
    run(source, target, journal)
    assert target.calls == []
