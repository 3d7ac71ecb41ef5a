"""What of a domain's mail records is right at its phase of the migration, and the exact record to set. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from domains.dns.findings import CHANGED, LOW_TTL, MOVED, Health, Kind, Phase, Reason, RecordHealth
from domains.dns.health_of_mx import assess_mx
from domains.dns.health_of_spf import assess_spf
from domains.dns.mail import MailRecords, Question
from domains.dns.records import ExactRecord
from domains.dns.targets import SELECTORS, Target

__all__ = ["LOW_TTL", "Health", "Kind", "Phase", "Reason", "RecordHealth", "assess"]


_NO_ALIAS = {Question.MX, Question.TXT, Question.DMARC}


def assess(
    records: MailRecords, target: Target, source_hosts: Collection[str], phase: Phase
) -> tuple[RecordHealth, ...]:
    """One of each Kind, in their order. ``source_hosts`` are the mail servers of the source; empty: unknown."""
    return (
        _heard(records, assess_mx(records, target, source_hosts, phase), Question.MX),
        _heard(records, assess_spf(records, target, phase), Question.TXT),
        _heard(records, _dkim(records, target, phase), Question.DKIM_1, Question.DKIM_2),
        _heard(records, _dmarc(records, phase), Question.DMARC),
        _heard(records, _autodiscover(records, target, phase), Question.AUTODISCOVER, Question.AUTODISCOVER_SRV),
    )


def _heard(records: MailRecords, health: RecordHealth, *questions: Question) -> RecordHealth:
    """Silence is no missing record, and one server's answer is not all servers'."""
    asked = [records.of(question) for question in questions]
    if health.reason is not Reason.NOT_CHECKED and not all(each.best for each in asked):
        return replace(health, health=Health.UNKNOWN, reason=Reason.NOBODY_ANSWERED)
    aliased = any(records.alias(each) for each in questions if each in _NO_ALIAS)
    if aliased and (health.expected or health.later):
        health = replace(health, reason=Reason.BESIDE_ALIAS, expected=(), later=(), remove=())
    if health.health is Health.RIGHT and not all(each.agreed for each in asked):
        return replace(health, health=Health.ADVICE, reason=Reason.SERVERS_DISAGREE)
    return health


def _dkim(records: MailRecords, target: Target, phase: Phase) -> RecordHealth:
    if not target.dkim_hosts:
        return RecordHealth(Kind.DKIM, Health.UNJUDGED, Reason.NOT_CHECKED)
    asked = (Question.DKIM_1, Question.DKIM_2)
    found = tuple(alias for question in asked if (alias := records.alias(question)))
    keys = tuple(record for question in asked for record in records.records(question) if not records.alias(question))
    exact = tuple(
        ExactRecord("CNAME", f"{selector}._domainkey.{records.domain}", host)
        for selector, host in zip(SELECTORS, target.dkim_hosts, strict=True)
    )
    health = RecordHealth(Kind.DKIM, Health.RIGHT, Reason.RIGHT, (*found, *keys), exact)
    if len(found) == len(asked) and all(target.signs(alias.text) for alias in found):
        return health
    if phase not in CHANGED:
        return replace(health, health=Health.LATER, reason=Reason.DKIM_MISSING, expected=(), later=exact)
    return replace(health, health=Health.ADVICE, reason=Reason.DKIM_OTHER if found or keys else Reason.DKIM_MISSING)


def _dmarc(records: MailRecords, phase: Phase) -> RecordHealth:
    found = tuple(each for each in records.records(Question.DMARC) if each.text.lower().startswith("v=dmarc1"))
    exact = ExactRecord("TXT", f"_dmarc.{records.domain}", "v=DMARC1; p=none")
    health = RecordHealth(Kind.DMARC, Health.RIGHT, Reason.RIGHT, found)
    if not found:
        return replace(health, health=Health.ADVICE, reason=Reason.DMARC_MISSING, expected=(exact,))
    if len(found) > 1:
        return replace(health, health=Health.WRONG, reason=Reason.DMARC_SEVERAL, remove=found[1:])
    tags = dict(part.strip().partition("=")[::2] for part in found[0].text.lower().split(";"))
    policy = tags.get("p", "").strip()
    if policy not in {"none", "quarantine", "reject"}:
        return replace(health, health=Health.WRONG, reason=Reason.DMARC_UNREADABLE, expected=(exact,))
    if policy == "none" and phase in MOVED:
        return replace(health, health=Health.ADVICE, reason=Reason.DMARC_NONE)
    return health


def _autodiscover(records: MailRecords, target: Target, phase: Phase) -> RecordHealth:
    if not target.autodiscover_host:
        return RecordHealth(Kind.AUTODISCOVER, Health.UNJUDGED, Reason.NOT_CHECKED)
    alias, services = records.alias(Question.AUTODISCOVER), records.records(Question.AUTODISCOVER_SRV)
    found = ((alias,) if alias else records.records(Question.AUTODISCOVER)) + services
    exact = (ExactRecord("CNAME", f"autodiscover.{records.domain}", target.autodiscover_host),)
    at_target = any(each.text.split()[-1] == target.autodiscover_host for each in found)
    health = RecordHealth(Kind.AUTODISCOVER, Health.RIGHT, Reason.RIGHT, found)
    if phase in MOVED:
        if at_target:
            return replace(health, expected=exact)
        reason = Reason.AUTODISCOVER_STILL if alias or services else Reason.AUTODISCOVER_ADDRESS
        reason = reason if found else Reason.AUTODISCOVER_MISSING
        return replace(health, health=Health.WRONG, reason=reason, expected=exact, remove=found)
    if at_target:
        return replace(health, health=Health.WRONG, reason=Reason.AUTODISCOVER_EARLY, later=exact)
    reason = Reason.AUTODISCOVER_SOURCE if found else Reason.AUTODISCOVER_MISSING
    return replace(health, health=Health.LATER, reason=reason, later=exact)
