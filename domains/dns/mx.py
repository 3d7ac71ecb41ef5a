"""The MX change of a domain, from what servers answer over time. Pure: moments are handed in.

    not_started -> ttl_lowered -> changing -> spreading -> settled -> waiting -> safe

Every look is folded into a small state by ``observe``; ``stage`` reads it at any moment. The old answer is any that does
not give the target alone: mail may still be delivered elsewhere. A server that is silent neither proves nor disproves
anything: what it said last holds. That it gave the old answer is held against it until the look that shows the new one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domains.dns.targets import Target

WAIT = timedelta(hours=72)
LOW_TTL = 3600  # seconds


class Route(StrEnum):
    """Where an MX answer sends mail."""

    SOURCE = "source"
    TARGET = "target"
    MIXED = "mixed"  # both the target and another
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"  # no MX record


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
    """``hosts`` as "10 mail.contoso.com"; None where the server did not answer. ``ttl`` in seconds, 0 without hosts."""

    server: str  # name and address, the same at every look
    hosts: tuple[str, ...] | None
    ttl: int = 0
    detail: str = ""  # why it did not answer


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at all servers."""

    at: datetime
    authoritative: tuple[MxAnswer, ...]
    resolvers: tuple[MxAnswer, ...]


@dataclass(frozen=True, slots=True)
class ServerView:
    """What a server said last, and since when it says so."""

    server: str
    route: Route
    hosts: tuple[str, ...]
    ttl: int
    since: datetime
    at: datetime
    silent: bool = False  # at the last look
    was_target: bool = False  # at any look


@dataclass(frozen=True, slots=True)
class MxState:
    """All that is remembered between two looks: kept with ``domains.dns.kept``, begun as ``MxState()``."""

    authoritative: tuple[ServerView, ...] = ()
    resolvers: tuple[ServerView, ...] = ()
    low_since: datetime | None = None  # all TTLs at authoritative servers are low since
    old_ttl_until: datetime | None = None  # caches may hold an answer with a high TTL until
    last_old_at: datetime | None = None  # until then any server may have given the old answer
    old_cached_until: datetime | None = None  # caches may hold an old answer until
    changed_at: datetime | None = None  # all authoritative servers have the new answer since
    confirmed_at: datetime | None = None  # the last look at which all that answered gave the new one
    at: datetime | None = None  # the last look


@dataclass(frozen=True, slots=True)
class Standing:
    """The tracker at one moment. Moments are None while they can not be known."""

    stage: Stage
    setback: Setback = Setback.NONE
    changed: int = 0  # authoritative servers with the new answer
    servers: int = 0  # authoritative servers that ever answered
    silent: tuple[str, ...] = ()  # servers that did not answer at the last look
    old: tuple[str, ...] = ()  # servers whose last answer was the old one
    low_since: datetime | None = None
    caches_low_at: datetime | None = None  # when caches of the former, higher TTL have died
    changed_at: datetime | None = None
    last_old_at: datetime | None = None
    settles_at: datetime | None = None  # when every cached copy of the old answer must have died
    safe_at: datetime | None = None  # last_old_at and 72 hours
    ttl: int | None = None  # the highest at authoritative servers


def observe(state: MxState, observation: Observation, target: Target, source_hosts: Collection[str]) -> MxState:
    """The state after one more look. Looks come in the order of time."""
    raise NotImplementedError


def stage(state: MxState, now: datetime) -> Standing:
    raise NotImplementedError


def route(hosts: Collection[str], target: Target, source_hosts: Collection[str]) -> Route:
    """``hosts`` as "10 mail.contoso.com". Verification records count for nothing. Where the source's hosts are not known,
    every host that is none of the target's is taken for one."""
    raise NotImplementedError
