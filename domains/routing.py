"""Where the mail of domains goes: the MX tracker at one moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from domains.dns.kept import from_json
from domains.dns.mx import MxState, Standing, stage
from domains.models import Domain


def state_of(domain: Domain) -> MxState:
    """All that was seen so far."""
    return from_json(MxState, domain.tracker) if domain.tracker else MxState()


def standing_of(domain: Domain, now: datetime) -> Standing:
    return stage(state_of(domain), now)


@dataclass(frozen=True, slots=True)
class Routed:
    """A verified domain's key, and where its MX change stands."""

    domain_id: int
    standing: Standing


def routed(names: Collection[str], now: datetime) -> Mapping[str, Routed]:
    """Of those that were added and verified, by name."""
    found = Domain.objects.filter(name__in=names, verified_at__isnull=False).only("name", "tracker")
    return {domain.name: Routed(domain.pk, standing_of(domain, now)) for domain in found}
