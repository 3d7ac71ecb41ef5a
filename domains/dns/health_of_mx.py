"""How the MX records of a domain stand. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from ipaddress import ip_address

from domains.dns.answers import Record
from domains.dns.findings import CHANGED, LOW_TTL, Health, Kind, Phase, Reason, RecordHealth
from domains.dns.mail import MailRecords, Question
from domains.dns.records import ExactRecord
from domains.dns.routes import Route, preference_and_host, route
from domains.dns.targets import Target

_BEFORE = {
    Route.TARGET: (Health.ADVICE, Reason.MX_TARGET_EARLY),
    Route.MIXED: (Health.WRONG, Reason.MX_MIXED),
    Route.ELSEWHERE: (Health.ADVICE, Reason.MX_ELSEWHERE),
    Route.SOURCE: (Health.LATER, Reason.MX_SOURCE),
}
_AFTER = {
    Route.TARGET: (Health.RIGHT, Reason.MX_TARGET),
    Route.MIXED: (Health.WRONG, Reason.MX_MIXED),
    Route.ELSEWHERE: (Health.WRONG, Reason.MX_ELSEWHERE),
    Route.SOURCE: (Health.WRONG, Reason.MX_SOURCE_STILL),
}


def assess_mx(records: MailRecords, target: Target, source_hosts: Collection[str], phase: Phase) -> RecordHealth:
    found = records.records(Question.MX)
    where = route([record.text for record in found], target, source_hosts)
    exact = tuple(ExactRecord("MX", records.domain, host, LOW_TTL, target.mx_preference) for host in target.mx_hosts)
    health = RecordHealth(Kind.MX, Health.WRONG, Reason.MX_MISSING, found, later=exact)
    after = phase in CHANGED
    if where is Route.NOWHERE:
        refuses = any(record.text.endswith(" .") for record in found)
        expected, later = (exact, ()) if after else ((), exact)
        return replace(
            health, reason=Reason.MX_REFUSES if refuses else Reason.MX_MISSING, expected=expected, later=later
        )
    judged = (
        _after(health, where, target, phase) if after else _before(health, where, target, source_hosts, records.domain)
    )
    addresses = tuple(record for record in found if _is_address(record))
    return replace(judged, health=Health.WRONG, reason=Reason.MX_ADDRESS) if addresses else judged


def _before(
    health: RecordHealth, where: Route, target: Target, source_hosts: Collection[str], domain: str
) -> RecordHealth:
    """What stands there stays, with a short life; but what is half changed, or leads astray, is to be the target's."""
    ttl = max(record.ttl for record in health.found)
    verdict, reason = _BEFORE[where]
    of_source = any(preference_and_host(record.text)[1] in source_hosts for record in health.found)
    if where is Route.MIXED or (where is Route.ELSEWHERE and not of_source):
        wrong = _others(health, target)
        return replace(health, health=verdict, reason=reason, expected=health.later, later=(), remove=wrong, figure=ttl)
    kept = tuple(_exactly(record, domain) for record in health.found if not _is_address(record))
    gone = tuple(record for record in health.found if _is_address(record))
    if where is Route.SOURCE and ttl > LOW_TTL:
        verdict, reason = Health.ADVICE, Reason.MX_TTL_HIGH
    return replace(health, health=verdict, reason=reason, expected=kept, remove=gone, figure=ttl)


def _after(health: RecordHealth, where: Route, target: Target, phase: Phase) -> RecordHealth:
    ttl = max(record.ttl for record in health.found)
    wrong = _others(health, target)
    verdict, reason = _AFTER[where]
    if where is Route.TARGET and wrong:
        verdict, reason = Health.ADVICE, Reason.MX_LEFTOVER
    elif where is Route.TARGET and phase is Phase.OVER and ttl < LOW_TTL:
        verdict, reason = Health.ADVICE, Reason.MX_TTL_LOW
    return replace(health, health=verdict, reason=reason, expected=health.later, later=(), remove=wrong, figure=ttl)


def _others(health: RecordHealth, target: Target) -> tuple[Record, ...]:
    return tuple(record for record in health.found if not target.receives(preference_and_host(record.text)[1]))


def _is_address(record: Record) -> bool:
    try:
        ip_address(preference_and_host(record.text)[1])
    except ValueError:
        return False
    return True


def _exactly(record: Record, domain: str) -> ExactRecord:
    preference, host = preference_and_host(record.text)
    return ExactRecord("MX", domain, host, min(record.ttl, LOW_TTL), preference)
