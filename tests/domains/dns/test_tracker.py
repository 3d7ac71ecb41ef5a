"""The MX change against real name servers and a real resolver, each stage and each step back by asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domains.dns.checking import watch_mx
from domains.dns.mx import WAIT, MxState, Observation, Setback, Stage, Standing, observe, stage
from domains.dns.targets import Target
from tests.servers.internet import Internet, TestDomain

TARGET = Target(("mx.target.example",))
OLD, NEW = "10 mail.contoso.com.", "0 mx.target.example."
SOURCE = ["mail.contoso.com"]


class Tracker:
    """Looks at a domain, by a clock that a test may put forward."""

    def __init__(self, internet: Internet, domain: TestDomain) -> None:
        self._internet, self.domain = internet, domain
        self.state, self.ahead = MxState(), timedelta()
        self.seen: list[Observation] = []

    def look(self) -> Standing:
        found = watch_mx(self.domain.name, self._internet.network())
        self.seen.append(found)
        at = found.at + self.ahead
        self.state = observe(self.state, replace(found, at=at), TARGET, SOURCE)
        return stage(self.state, at)

    def later(self, time: timedelta) -> Standing:
        self.ahead += time
        return self.look()

    @property
    def now(self) -> datetime:
        return self.seen[-1].at + self.ahead


@pytest.fixture
def tracker(internet: Internet) -> Tracker:
    domain = internet.domain()
    domain.mx(OLD, ttl=86400)
    domain.spread()
    return Tracker(internet, domain)


def test_not_started_until_all_ttls_are_low(tracker: Tracker) -> None:
    assert (tracker.look().stage, tracker.look().ttl) == (Stage.NOT_STARTED, 86400)
    tracker.domain.mx(OLD, ttl=3600)
    assert tracker.look().stage is Stage.NOT_STARTED  # the other server still gives a day
    tracker.domain.spread()
    lowered = tracker.look()
    assert (lowered.stage, lowered.ttl, lowered.low_since) == (Stage.TTL_LOWERED, 3600, tracker.now)
    assert lowered.caches_low_at == tracker.now + timedelta(seconds=86400)


def test_a_lagging_secondary_keeps_it_at_one_of_two_servers(tracker: Tracker) -> None:
    tracker.look()
    tracker.domain.mx(NEW, ttl=3600)
    for _ in range(3):
        changing = tracker.later(timedelta(hours=30))
        assert (changing.stage, changing.changed, changing.servers) == (Stage.CHANGING, 1, 2)
        assert changing.old[0].startswith("ns2.hosting.com")
        assert changing.safe_at is None
    tracker.domain.spread()
    assert tracker.look().changed == 2


def test_from_the_change_until_it_is_safe(tracker: Tracker) -> None:
    tracker.domain.mx(OLD, ttl=3600)
    tracker.domain.spread()
    tracker.look()  # which fills the resolver's cache for an hour
    tracker.domain.mx(NEW, ttl=3600)
    tracker.domain.spread()
    spreading = tracker.look()
    assert (spreading.stage, spreading.changed) == (Stage.SPREADING, 2)
    assert spreading.old_in_caches[0].startswith("resolver")
    assert tracker.later(timedelta(hours=2)).stage is Stage.SPREADING  # the real cache has not been told of that


def test_settled_waiting_and_safe(internet: Internet, tracker: Tracker) -> None:
    tracker.domain.mx(OLD, ttl=1)
    tracker.domain.spread()
    tracker.look()
    tracker.domain.mx(NEW, ttl=300)
    tracker.domain.spread()
    standing = tracker.look()
    while standing.stage is Stage.SPREADING or standing.old_in_caches:
        standing = tracker.look()
    assert standing.stage in {Stage.SETTLED, Stage.WAITING}
    waiting = tracker.later(timedelta(hours=71))
    assert (waiting.stage, waiting.old, waiting.setback) == (Stage.WAITING, (), Setback.NONE)
    assert waiting.safe_at
    assert waiting.settles_at
    assert waiting.last_old_at
    assert waiting.safe_at == max(waiting.last_old_at, waiting.settles_at) + WAIT
    assert tracker.later(timedelta(hours=1, minutes=5)).stage is Stage.SAFE


def test_the_death_of_a_cached_answer_is_measured_at_the_resolver(tracker: Tracker) -> None:
    """What the resolver says is left of it, and when it gives the new one, go together."""
    while not (held := _cached_then_changed(tracker)):
        pass
    began, left = held
    assert 0 <= left <= 2
    while tracker.look().old_in_caches:
        pass
    first_new = tracker.seen[-1]
    assert first_new.resolvers[0].hosts == ("0 mx.target.example",)
    assert first_new.at - began >= timedelta(seconds=left - 1)  # the resolver counts whole seconds
    assert tracker.state.last_old_at == first_new.at


def _cached_then_changed(tracker: Tracker) -> tuple[datetime, int] | None:
    """When the resolver was asked that still has the old answer though all servers have the new, and how much is left
    of it; None where the machine was too slow for that."""
    for record in (OLD, NEW):
        tracker.domain.mx(record, ttl=2)
        tracker.domain.spread()
        began = datetime.now(UTC)
        standing = tracker.look()
    resolver = tracker.seen[-1].resolvers[0]
    return (began, resolver.ttl) if standing.old_in_caches and resolver.hosts == ("10 mail.contoso.com",) else None


@pytest.mark.parametrize(
    ("records", "setback"),
    [
        ([OLD], Setback.TURNED_BACK),
        ([OLD, NEW], Setback.TURNED_BACK),
        (["10 filter.example."], Setback.TURNED_BACK),
        ([], Setback.NOWHERE),
    ],
)
def test_who_turns_it_back_is_noticed(tracker: Tracker, records: list[str], setback: Setback) -> None:
    tracker.domain.mx(NEW, ttl=60)
    tracker.domain.spread()
    tracker.look()
    tracker.domain.mx(*records, ttl=60)
    back = tracker.later(timedelta(hours=100))
    assert (back.stage, back.setback, back.changed) == (Stage.CHANGING, setback, 1)


@pytest.mark.parametrize(
    ("records", "setback"), [([OLD, NEW], Setback.MIXED), (["10 filter.example."], Setback.ELSEWHERE)]
)
def test_a_half_change_is_noticed(tracker: Tracker, records: list[str], setback: Setback) -> None:
    tracker.look()
    tracker.domain.mx(*records, ttl=60)
    assert tracker.look().setback is setback


def test_a_silent_server_is_told_and_counts_for_nothing(internet: Internet) -> None:
    domain = internet.domain("ns1", "nobody")
    domain.name_servers("ns1", "nobody")
    domain.mx(OLD, ttl=60)
    tracker = Tracker(internet, domain)
    assert tracker.look().servers == 1
    domain.mx(NEW, ttl=60)
    changed = tracker.look()
    assert (changed.changed, changed.servers, changed.setback) == (1, 1, Setback.NONE)
    detail = {answer.server.split()[0]: answer.detail for answer in tracker.seen[-1].authoritative}
    assert detail == {"ns1.hosting.com": "", "nobody.hosting.com": "Connection refused"}
