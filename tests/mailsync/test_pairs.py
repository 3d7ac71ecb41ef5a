"""Several connection pairs for one mailbox: faster, and otherwise the same."""

from __future__ import annotations

from itertools import count
from threading import Event as Flag
from threading import current_thread, main_thread

import pytest

from mailsync.errors import Retry, SignInFailed, Stop
from mailsync.events import Copied, Finished, PairGivenUp
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.stores.memory import OUTCOMES_BEHIND, MemoryStore
from mailsync.sync import sync
from mailsync.team import STEPS_AHEAD
from tests.mailsync.mailboxes import DEEP, SENT, MemoryPair, Spares, contents, day, filled, mail, run, unordered


@pytest.fixture(autouse=True)
def every_message_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a handful of messages were many thousands."""
    for name in ("MESSAGE", "PAYS"):
        monkeypatch.setattr(f"mailsync.sharing.{name}", 1)


@pytest.fixture(params=[True, False], ids=["uidplus", "no uidplus"])
def target(request: pytest.FixtureRequest) -> MemoryStore:
    return MemoryStore(batch=2, uidplus=request.param)


@pytest.mark.parametrize("spares", [1, 2, 9])
def test_several_pairs_copy_the_same_in_the_same_order(target: MemoryStore, spares: int) -> None:
    source, journal = filled(MemoryStore()), MemoryJournal()
    extra = Spares(source, target, spares)
    events = run(source, target, journal, spare=extra)
    assert contents(target) == contents(source)
    assert sum(event.messages for event in events if isinstance(event, Copied)) == 21
    assert events[-1] == Finished(complete=True)
    assert extra.given
    assert extra.all_closed
    target.calls.clear()
    run(source, target, journal, spare=extra)
    assert target.calls == []


def test_a_pair_is_asked_for_only_where_there_is_work_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    extra = Spares(source, target, 9)
    run(source, target, journal, spare=extra)
    assert len(extra.given) == 2  # three folders have messages
    monkeypatch.setattr("mailsync.sharing.PAYS", 10**6)
    source.deliver(INBOX, mail(50))
    source.deliver(SENT, mail(51))
    extra = Spares(source, target, 9)
    run(source, target, journal, spare=extra)
    assert extra.given == []
    assert contents(target) == contents(source)


def giant(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    for name, messages in (("GIANT", 10), ("PIECE", 5)):
        monkeypatch.setattr(f"mailsync.sharing.{name}", messages)
    source = MemoryStore()
    for number in range(23):
        source.deliver(DEEP, mail(number), ["\\Seen"] if number % 3 else ["Work"], day(number))
    source.deliver(SENT, mail(99))
    return source


def test_a_giant_folder_is_shared_by_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailsync.sharing.MESSAGE", 1)
    source, target, journal = giant(monkeypatch), MemoryStore(batch=2), MemoryJournal()
    readers: set[str] = set()
    source.step = lambda step: readers.add(current_thread().name) if step == "read" else None
    extra = Spares(source, target, 2)
    run(source, target, journal, spare=extra)
    assert len(extra.given) == 2
    assert unordered(contents(target)) == unordered(contents(source))
    record = journal.load()[DEEP]
    copies = target.mailbox[DEEP].messages
    assert all(copies[place].content == mail(uid - 1) for uid, place in record.copied.items())
    assert len(record.copied) == 23


def test_without_uidplus_a_folder_belongs_to_one_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = giant(monkeypatch), MemoryStore(batch=2, uidplus=False)
    run(source, target, spare=Spares(source, target, 3))
    assert contents(target) == contents(source)


def test_alone_a_pair_keeps_the_order_of_a_giant_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = giant(monkeypatch), MemoryStore(batch=2)
    run(source, target)
    assert contents(target) == contents(source)


class Closed(MemoryStore):
    """A connection that the server does not let in."""

    def connect(self) -> None:
        raise Retry("too_many_connections", "[LIMIT] Maximum number of connections exceeded")


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_pair_that_is_not_let_in_is_given_up_and_the_others_do_its_work(target: MemoryStore, side: str) -> None:
    source = filled(MemoryStore())
    refused = MemoryPair(*((Closed(), target.again()) if side == "source" else (source.again(), Closed())))
    pairs = iter([refused, MemoryPair(source.again(), target.again()), None, None])
    events = run(source, target, spare=pairs.__next__)
    assert PairGivenUp(side, "too_many_connections", "[LIMIT] Maximum number of connections exceeded") in events
    assert contents(target) == contents(source)
    assert refused.closed


class Unknown(MemoryStore):
    """A connection whose credentials are refused, though those of the first were not."""

    def connect(self) -> None:
        raise SignInFailed("NO [AUTHENTICATIONFAILED]")


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_refused_sign_in_of_one_pair_is_not_tried_over_and_over(target: MemoryStore, side: str) -> None:
    source = filled(MemoryStore())
    refused = MemoryPair(*((Unknown(), target.again()) if side == "source" else (source.again(), Unknown())))
    pairs = iter([refused, None])
    with pytest.raises(SignInFailed) as caught:
        run(source, target, spare=pairs.__next__)
    assert caught.value.side == side
    assert refused.closed


@pytest.mark.parametrize("code", ["hung_up", "over_quota"])
def test_an_error_of_one_pair_ends_the_run_and_nothing_that_is_known_is_lost(code: str) -> None:
    error = Retry(code) if code == "hung_up" else Stop(code)
    source, target, journal = filled(MemoryStore()), MemoryStore(batch=1), MemoryJournal()
    broken, failed = MemoryPair(source.again(), target.again()), Flag()
    steps = count()

    def fail(step: str) -> None:
        if step == "append batch" and next(steps) == 2:
            failed.set()
            raise error

    broken.target.step = fail
    target.step = lambda step: failed.wait(60) if step == "append batch" else None
    pairs = iter([broken, None])
    with pytest.raises(type(error)) as raised:
        run(source, target, journal, spare=pairs.__next__)
    assert (raised.value.code, raised.value.side) == (code, "target")
    assert broken.closed
    stored = sum(len(folder.messages) for folder in target.mailbox.values())
    known = sum(len(record.copied) for record in journal.load().values())
    assert stored - OUTCOMES_BEHIND <= known <= stored < 21
    run(source, target, journal)
    assert contents(target) == contents(source)


def test_a_full_mailbox_stops_all_pairs() -> None:
    source, target = filled(MemoryStore()), MemoryStore(batch=1)
    target.refuse = lambda _: "[OVERQUOTA] full" if len(target.mailbox[INBOX].messages) > 2 else None
    extra = Spares(source, target, 2)
    with pytest.raises(Stop, match="over_quota"):
        run(source, target, spare=extra)
    assert extra.all_closed


def test_a_stop_is_heard_by_all_pairs(target: MemoryStore) -> None:
    source, journal = filled(MemoryStore(), 3 * STEPS_AHEAD), MemoryJournal()
    extra = Spares(source, target, 2)
    events = run(source, target, journal, wanted=lambda: len(target.writes) < 10, spare=extra)
    assert events[-1] == Finished(complete=False)
    assert 0 < sum(len(folder.messages) for folder in target.mailbox.values()) < 9 * STEPS_AHEAD
    assert extra.all_closed
    run(source, target, journal, spare=Spares(source, target, 2))
    assert contents(target) == contents(source)


def test_the_journal_and_the_caller_hear_of_everything_in_their_own_thread() -> None:
    class Watched(MemoryJournal):
        def save(self, *args: object, **kwargs: object) -> None:
            assert current_thread() is main_thread()
            super().save(*args, **kwargs)  # type: ignore[arg-type]

    source, target = filled(MemoryStore()), MemoryStore(batch=1)
    asked = Spares(source, target, 2)

    def spare() -> MemoryPair | None:
        assert current_thread() is main_thread()
        return asked()

    for _ in sync(source, target, Watched(), clock=map(float, count()).__next__, spare=spare):
        assert current_thread() is main_thread()
    assert contents(target) == contents(source)


def test_a_stop_is_heard_while_all_pairs_wait_for_their_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailsync.team.EVERY", 0.001)
    source, target, heard = filled(MemoryStore()), MemoryStore(), Flag()
    asked = count()

    def wanted() -> bool:
        if next(asked) == 20:
            heard.set()
        return not heard.is_set()

    target.step = lambda step: heard.wait(60) if step == "append batch" else None
    events = run(source, target, MemoryJournal(), wanted, Spares(source, target, 2))
    assert events[-1] == Finished(complete=False)
    assert heard.is_set()


def test_a_caller_that_leaves_early_leaves_no_pair_behind(target: MemoryStore) -> None:
    source, extra = filled(MemoryStore(), 60), None
    extra = Spares(source, target, 2)
    events = sync(source, target, MemoryJournal(), clock=map(float, count()).__next__, spare=extra)
    for event in events:
        if isinstance(event, Copied):
            break
    events.close()
    assert extra.all_closed


def test_a_caller_that_can_give_no_more_closes_what_it_gave() -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    given = MemoryPair(source.again(), target.again())

    def spare() -> MemoryPair:
        if given.source.calls is not source.calls or asked:
            raise OSError("the database is gone")
        asked.append(1)
        return given

    asked: list[int] = []
    with pytest.raises(OSError, match="the database is gone"):
        run(source, target, spare=spare)
    assert given.closed


def test_refused_messages_are_listed_whoever_met_them(target: MemoryStore) -> None:
    source, journal = filled(MemoryStore()), MemoryJournal()
    target.refuse = lambda content: "contains a virus" if content == mail(3) else None
    run(source, target, journal, spare=Spares(source, target, 2))
    assert sorted((item.folder, item.uid) for item in journal.skipped()) == [(path, 4) for path in (DEEP, INBOX, SENT)]
    expected = {path: [m for m in mails if m[0] != mail(3)] for path, mails in contents(source).items()}
    assert unordered(contents(target)) == unordered(expected)
