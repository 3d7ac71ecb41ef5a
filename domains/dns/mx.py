"""The MX change of a domain, from what servers answer over time. Pure: moments are handed in.

    not_started -> ttl_lowered -> changing -> spreading -> settled -> waiting -> safe

Every look is folded into a small state by ``observe``; ``stage`` reads it at any moment. The old answer is any that does
not give the target alone: mail may still be delivered elsewhere. A server that is silent neither proves nor disproves
anything: what it said last holds. That it gave the old answer is held against it until the look that shows the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domains.dns.findings import LOW_TTL
from domains.dns.routes import Route, is_verification, preference_and_host, route
from domains.dns.targets import Target

WAIT = timedelta(hours=72)
FORMER = timedelta(days=1)  # so long caches are held to keep a former TTL that nobody has seen: few hosts give more
UNSEEN = timedelta(hours=24)  # so long an address that is asked no more still counts: its name may not resolve just now


class Stage(StrEnum):
    NOT_STARTED = "not_started"
    TTL_LOWERED = "ttl_lowered"
    CHANGING = "changing"  # some authoritative servers have the new answer
    SPREADING = "spreading"  # all have; old answers may be in caches
    SETTLED = "settled"  # every cached copy must have died; the next look confirms it
    WAITING = "waiting"  # confirmed; 72 hours since the last old answer are not over
    SAFE = "safe"


class Setback(StrEnum):
    """What is wrong now, beside the stage."""

    NONE = ""
    TURNED_BACK = "turned_back"  # a server that gave the target gives the source again
    MIXED = "mixed"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"
    TTL_RAISED = "ttl_raised"  # before the change


@dataclass(frozen=True, slots=True)
class MxAnswer:
    """``server`` as "ns1.contoso.com (192.0.2.1)", the same at every look, without an address where the name has none.
    ``hosts`` as "10 mail.contoso.com", none for no MX record; None where the server did not answer, and ``detail`` says
    why. ``ttl`` in seconds; of a resolver what is left."""

    server: str
    hosts: tuple[str, ...] | None
    ttl: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at all servers: those that speak for the domain, and the resolvers of the installation."""

    at: datetime
    authoritative: tuple[MxAnswer, ...]
    resolvers: tuple[MxAnswer, ...]


@dataclass(frozen=True, slots=True)
class ServerView:
    """What a server said last (``at``), and since when it says so. It stays until another answer comes."""

    server: str
    route: Route
    hosts: tuple[str, ...]
    ttl: int
    since: datetime
    at: datetime
    silent: bool = False  # at the last look
    was_target: bool = False  # at this or an earlier look

    @property
    def new(self) -> bool:
        return self.route is Route.TARGET

    @property
    def dies_at(self) -> datetime:
        """When a copy of this answer that was taken at the last moment is thrown away."""
        return self.at + timedelta(seconds=self.ttl)


@dataclass(frozen=True, slots=True)
class MxState:
    """All that is remembered between two looks: kept with ``domains.dns.kept``, begun as ``MxState()``."""

    authoritative: tuple[ServerView, ...] = ()
    resolvers: tuple[ServerView, ...] = ()
    low_since: datetime | None = None  # the TTLs of all authoritative servers are low since
    was_low: bool = False  # with the old answer, before any server had the new one
    was_high: bool = False  # the TTL of an authoritative server: what it was lowered from was seen
    high_cached_until: datetime | None = None  # caches may hold an old answer with the former, higher TTL until
    old_seen: bool = False  # MX records other than the target's
    last_old_at: datetime | None = None  # until then any server may have given the old answer
    old_cached_until: datetime | None = None  # caches may hold an old answer until
    changed_at: datetime | None = None  # all authoritative servers have the new answer since
    confirmed_at: datetime | None = None  # the last look at which all that answered gave the new one
    at: datetime | None = None  # the last look

    @property
    def speaking(self) -> tuple[ServerView, ...]:
        """Who decides: the authoritative servers, and resolvers where none of those can be reached from here."""
        return self.authoritative or self.resolvers

    def still_old(self, now: datetime) -> tuple[ServerView, ...]:
        """Resolvers that may hold the old answer. One that fell silent does until its copy has died."""
        return tuple(each for each in self.resolvers if not each.new and (not each.silent or now < each.dies_at))


@dataclass(frozen=True, slots=True)
class Standing:
    """The tracker at one moment. Moments are None while they can not be known."""

    stage: Stage
    setback: Setback = Setback.NONE
    changed: int = 0  # authoritative servers with the new answer
    servers: int = 0  # authoritative servers that ever answered
    silent: tuple[str, ...] = ()  # servers that did not answer at the last look
    old: tuple[str, ...] = ()  # authoritative servers whose last answer was the old one
    old_in_caches: tuple[str, ...] = ()  # resolvers that may have it still
    ttl: int | None = None  # the highest at authoritative servers
    low_since: datetime | None = None
    caches_low_at: datetime | None = (
        None  # when caches of the former, higher TTL have died, at a guess if not former_known
    )
    was_low: bool = False  # it was seen low before any server had the new answer
    former_known: bool = False  # the lowering of the TTL was seen
    turned_early: bool = False  # the MX was changed while caches had the former TTL
    has_mx: bool = False  # any server gives MX records
    old_seen: bool = False
    changed_at: datetime | None = None
    last_old_at: datetime | None = None
    settles_at: datetime | None = None  # when every cached copy of the old answer must have died
    safe_at: datetime | None = (
        None  # 72 hours after old answers have ended: the last one given, and the last one in a cache
    )
    at: datetime | None = None  # the last look

    def low_everywhere(self, now: datetime) -> bool:
        """Whether the TTL is low, and caches of the former one have died."""
        return self.low_since is not None and self.caches_low_at is not None and self.caches_low_at <= now


def observe(state: MxState, observation: Observation, target: Target, source_hosts: Collection[str]) -> MxState:
    """The state after one more look. Looks come in the order of time; one from before the last changes nothing."""
    at = observation.at
    if state.at and at <= state.at:
        return state

    def seen(answer: MxAnswer, before: ServerView | None) -> ServerView | None:
        return _view(answer, before, at, target, source_hosts)

    authoritative = _views(state.authoritative, observation.authoritative, seen, at)
    resolvers = _views(state.resolvers, observation.resolvers, seen, at)
    old_seen = state.old_seen or any(each.hosts and not each.new for each in (*authoritative, *resolvers))
    after = replace(state, authoritative=authoritative, resolvers=resolvers, at=at, old_seen=old_seen)
    state = _note_ttl(state, _note_old(state, after, at), at)
    changed = bool(state.speaking) and all(each.new for each in state.speaking)
    heard = any(not each.silent for each in state.speaking)
    confirmed = changed and heard and not state.still_old(at)
    return replace(
        state,
        changed_at=(state.changed_at or at) if changed else None,
        confirmed_at=at if confirmed else state.confirmed_at if changed and not heard else None,
    )


def _views(
    before: tuple[ServerView, ...],
    answers: tuple[MxAnswer, ...],
    seen: Callable[[MxAnswer, ServerView | None], ServerView | None],
    at: datetime,
) -> tuple[ServerView, ...]:
    """Of every server that ever answered and is still asked. Where nobody could be asked, all are silent."""
    known = {each.server: each for each in before}
    views = {each.server: seen(each, known.get(each.server)) for each in answers}
    names = {_name(each.server) for each in answers}
    for server, view in known.items():
        if server not in views and (not names or (_name(server) in names and at - view.at < UNSEEN)):
            views[server] = replace(view, silent=True)
    return tuple(view for view in views.values() if view)


def _name(server: str) -> str:
    return server.partition(" ")[0]


def _view(
    answer: MxAnswer, before: ServerView | None, at: datetime, target: Target, source_hosts: Collection[str]
) -> ServerView | None:
    if answer.hosts is None:
        return replace(before, silent=True) if before else None
    where = route(answer.hosts, target, source_hosts)
    same = before is not None and before.hosts == answer.hosts
    was_target = where is Route.TARGET or (before is not None and before.was_target)
    since = before.since if before and same else at
    return ServerView(answer.server, where, answer.hosts, answer.ttl, since, at, False, was_target)


def _note_old(state: MxState, after: MxState, at: datetime) -> MxState:
    """Between two looks nobody watches: who gave the old answer at one is held to have given it until the next.

    A resolver passes on what is left of a copy, so that no copy of it lives longer than the one that it had; what it
    took meanwhile, it took from an authoritative server that gave the old answer then.
    """
    last, until = state.last_old_at, state.old_cached_until
    for former, view in _pairs(state.authoritative, after.authoritative):
        if _gave_old(former, view, known=last is not None):
            ttl = max(each.ttl for each in (former, view) if each and (not each.new or former is None))
            last, until = at, _later(until, at + timedelta(seconds=ttl))
    for former, view in _pairs(state.resolvers, after.resolvers):
        if _gave_old(former, view, known=last is not None):
            held = view if view and not view.new else former or view
            last, until = at, _later(until, held.dies_at) if held else until
    return replace(after, last_old_at=last, old_cached_until=until)


def _gave_old(former: ServerView | None, view: ServerView | None, *, known: bool) -> bool:
    """At this look or since the one before. The first look at all may come a moment after the change; a server that is
    added later was never seen with the old answer."""
    if view and view.silent:
        return False
    if view and not view.new:
        return True
    return not former.new if former else not known


def _pairs(
    before: tuple[ServerView, ...], after: tuple[ServerView, ...]
) -> list[tuple[ServerView | None, ServerView | None]]:
    """What each server said before, and says now: None for one that was not asked then, or is asked no more."""
    known, now = {each.server: each for each in before}, {each.server: each for each in after}
    return [(known.get(server), now.get(server)) for server in {**known, **now}]


def _note_ttl(former: MxState, state: MxState, at: datetime) -> MxState:
    """Of authoritative servers: what a resolver has left says nothing of what will be given. But one that has more left
    than they give shows that caches keep what was given before."""
    given = [each for each in state.authoritative if each.hosts]
    low = bool(given) and all(each.ttl <= LOW_TTL for each in given)
    high = [each.ttl for each in (*former.authoritative, *state.authoritative) if each.ttl > LOW_TTL and not each.new]
    kept = list(high)
    if given and not any(each.new for each in given):
        highest = max(each.ttl for each in given)
        kept += [each.ttl for each in state.resolvers if each.hosts and not each.silent and each.ttl > highest]
    cached = _later(state.high_cached_until, at + timedelta(seconds=max(kept))) if kept else state.high_cached_until
    # The record that proves the ownership shares its TTL with the others: nobody has lowered that on purpose.
    since = (state.low_since or (None if any(map(_proves, given)) else at)) if low else None
    return replace(
        state,
        low_since=since,
        was_low=state.was_low or (since is not None and not any(each.new for each in given)),
        was_high=state.was_high or bool(high),
        high_cached_until=cached,
    )


def _proves(view: ServerView) -> bool:
    return any(is_verification(preference_and_host(host)[1]) for host in view.hosts)


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def stage(state: MxState, now: datetime) -> Standing:
    """Where the change stands at ``now``, from all looks so far."""
    views = state.speaking
    safe_at = (
        _later(state.old_cached_until, state.last_old_at) + WAIT if state.last_old_at and state.changed_at else None
    )
    return Standing(
        _stage(state, now, safe_at),
        _setback(state),
        changed=sum(each.new for each in views),
        servers=len(views),
        silent=tuple(each.server for each in (*state.authoritative, *state.resolvers) if each.silent),
        old=tuple(each.server for each in state.authoritative if not each.new),
        old_in_caches=tuple(each.server for each in state.still_old(now)),
        ttl=max((each.ttl for each in state.authoritative if each.hosts), default=None),
        low_since=state.low_since,
        caches_low_at=_caches_low_at(state),
        was_low=state.was_low,
        former_known=state.was_high,
        turned_early=bool(state.changed_at and state.high_cached_until and state.high_cached_until > state.changed_at),
        has_mx=any(each.hosts for each in views),
        old_seen=state.old_seen,
        changed_at=state.changed_at,
        last_old_at=state.last_old_at,
        settles_at=state.old_cached_until if state.changed_at else None,
        safe_at=safe_at,
        at=state.at,
    )


def _caches_low_at(state: MxState) -> datetime | None:
    if state.low_since is None or state.was_high:
        return state.high_cached_until if state.low_since else None
    return _later(state.high_cached_until, state.low_since + FORMER)


def _stage(state: MxState, now: datetime, safe_at: datetime | None) -> Stage:
    if not state.changed_at or not safe_at:
        if any(each.new for each in state.speaking):
            return Stage.CHANGING
        return Stage.TTL_LOWERED if state.low_since else Stage.NOT_STARTED
    settles_at, confirmed_at = state.old_cached_until, state.confirmed_at
    if state.still_old(now) or (settles_at and now < settles_at):
        return Stage.SPREADING
    if not confirmed_at or (settles_at and confirmed_at < settles_at):
        return Stage.SETTLED
    # Nobody has looked since: that the time is over proves nothing.
    return Stage.SAFE if now >= safe_at and confirmed_at >= safe_at else Stage.WAITING


def _setback(state: MxState) -> Setback:
    views = state.speaking
    routes = {each.route for each in views}
    if Route.NOWHERE in routes and (state.authoritative or state.old_seen or any(each.was_target for each in views)):
        return Setback.NOWHERE
    if any(each.was_target and not each.new for each in views):
        return Setback.TURNED_BACK
    if Route.MIXED in routes:
        return Setback.MIXED
    if Route.ELSEWHERE in routes:
        return Setback.ELSEWHERE
    raised = state.was_low and not state.low_since and not any(each.new for each in views)
    return Setback.TTL_RAISED if raised else Setback.NONE
