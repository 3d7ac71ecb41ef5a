"""How far the MX change of a domain is, from one look to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

from domains.dns.kept import from_json, to_json
from domains.dns.mx import MxState, Observation, observe, stage
from domains.dns.targets import Target
from domains.dns.tokens import MX_ZONE
from domains.models import CheckKind, Domain
from domains.target import target_of


def track(domain: Domain, found: Observation) -> None:
    """Fold one more look, whose row is written, into the domain's tracker. Does not save.

    Where somebody has corrected meanwhile what source or target are, everything that was seen is judged again by that.
    """
    target = target_of(domain.name)
    judged_by = _fingerprint(domain, target)
    if domain.tracker and domain.tracked_by == judged_by:
        state = observe(from_json(MxState, domain.tracker), found, target, domain.source_hosts)
    else:
        state = _from_history(domain, target)
    domain.tracker, domain.tracked_by = to_json(state), judged_by
    domain.mx_stage = stage(state, found.at).stage


def _from_history(domain: Domain, target: Target) -> MxState:
    state = MxState()
    for check in domain.checks.filter(kind=CheckKind.MX).order_by("first_at", "pk"):
        newest = from_json(Observation, check.result)
        for at in sorted({check.first_at, check.last_at}):
            state = observe(state, replace(newest, at=at), target, domain.source_hosts)
    return state


def source_hosts(found: Observation, target: Target) -> list[str]:
    """The mail servers that the first of the domain's own servers names, but for those of the target."""
    return list(dict.fromkeys(host for host in _hosts(found) if not target.receives(host)))


def _hosts(found: Observation) -> Iterator[str]:
    answer = next((answer for answer in found.authoritative if answer.hosts), None)
    for record in (answer.hosts or ()) if answer else ():
        host = record.split()[-1]
        if not host.endswith(f".{MX_ZONE}") and host != ".":
            yield host


def _fingerprint(domain: Domain, target: Target) -> str:
    judged_by = [list(target.mx_hosts), list(target.mx_also), sorted(domain.source_hosts)]
    return hashlib.sha256(json.dumps(judged_by).encode()).hexdigest()
