"""Limits of messages and octets a second."""

from __future__ import annotations

from threading import Lock, Thread

import pytest

from mailsync.journal import MemoryJournal
from mailsync.pace import BURST, LONGEST_SLEEP, Pace, paced
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from tests.mailsync.mailboxes import contents, filled


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._lock = Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def pace(time: Time, messages: float | None = None, octets: float | None = None) -> Pace:
    return Pace(messages=messages, octets=octets, clock=time.clock, sleep=time.sleep)


@pytest.mark.parametrize("rate", [1, 10, 2.5, 0.1])
def test_no_more_messages_come_in_a_second_than_allowed(time: Time, rate: float) -> None:
    limited = pace(time, messages=rate)
    for _ in range(50):
        limited.take(messages=1)
    assert time.now - 1000 == pytest.approx(50 / rate - BURST, abs=1 / rate + 1e-6)


def test_no_more_octets_come_in_a_second_than_allowed(time: Time) -> None:
    limited = pace(time, octets=1000)
    for size in (10, 5000, 300, 64_000, 690):
        limited.take(octets=size)
    limited.take(octets=1)
    assert time.now - 1000 == pytest.approx(70 - BURST)


def test_the_tighter_limit_binds(time: Time) -> None:
    limited = pace(time, messages=1000, octets=1000)
    for _ in range(10):
        limited.take(messages=1, octets=1000)
    assert time.now - 1000 == pytest.approx(9 - BURST)


def test_a_silence_saves_up_one_second_and_not_more(time: Time) -> None:
    limited = pace(time, messages=10)
    limited.take(messages=1)
    time.now += 3600
    for _ in range(11):
        limited.take(messages=1)
    assert time.now == pytest.approx(4600)
    limited.take(messages=1)
    assert time.now == pytest.approx(4600.1)


def test_without_limits_nobody_waits(time: Time) -> None:
    limited = pace(time)
    for _ in range(1000):
        limited.take(messages=1, octets=10**9)
    assert time.now == 1000


def test_a_changed_limit_counts_from_now_on(time: Time) -> None:
    limited = pace(time, messages=1)
    limited.limit(100, None)
    for _ in range(201):
        limited.take(messages=1)
    assert time.now - 1000 == pytest.approx(1)


def test_several_mailboxes_share_the_limit(time: Time) -> None:
    limited = pace(time, messages=10)

    def work() -> None:
        for _ in range(25):
            limited.take(messages=1)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.now - 1000 >= 100 / 10 - BURST - 0.1


def test_who_is_told_to_stop_waits_for_no_limit_any_more(time: Time) -> None:
    limited = pace(time, messages=0.001, octets=0.001)
    limited.take(messages=1, octets=1)
    before, answers = time.now, iter([True, True, False])
    limited.take(messages=1, wanted=lambda: next(answers))
    assert time.now - before == 3 * LONGEST_SLEEP
    before = time.now
    limited.take(octets=1, wanted=lambda: False)
    assert time.now == before
    answers = iter([True, False])
    limited.take(octets=1, wanted=lambda: next(answers))
    assert time.now == before + LONGEST_SLEEP


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_mailbox_is_copied_no_faster_than_either_server_allows(time: Time, side: str) -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    limited = pace(time, messages=2)
    stores = {"source": source, "target": target}
    slowed = {name: paced(store, limited) if name == side else store for name, store in stores.items()}
    events = list(sync(slowed["source"], slowed["target"], MemoryJournal(), clock=time.clock))
    assert events
    assert contents(target) == contents(source)
    assert time.now - 1000 == pytest.approx(21 / 2 - BURST, abs=0.5)


def test_a_large_message_keeps_to_the_limit_of_octets_within_itself(time: Time) -> None:
    source, target = MemoryStore(), MemoryStore()
    source.deliver(("Large",), b"x" * 500_000)
    source.deliver(("Large",), b"the end")
    list(sync(paced(source, pace(time, octets=10_000)), target, MemoryJournal(), clock=time.clock))
    assert contents(target) == contents(source)
    assert time.now - 1000 == pytest.approx(50 - BURST)
