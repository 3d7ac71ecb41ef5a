"""How the SPF record of a domain stands. Pure."""

from __future__ import annotations

from dataclasses import replace

from domains.dns import spf
from domains.dns.findings import MOVED, Health, Kind, Phase, Reason, RecordHealth
from domains.dns.mail import MailRecords, Question
from domains.dns.records import ExactRecord
from domains.dns.targets import Target


def assess_spf(records: MailRecords, target: Target, phase: Phase) -> RecordHealth:
    """The include is expected as soon as the TTL has been lowered: the first mailboxes send from the target by then."""
    found = tuple(record for record in records.records(Question.TXT) if spf.is_spf(record.text))
    texts = [record.text for record in found]
    exact = (ExactRecord("TXT", records.domain, _merged(texts, target, phase)),)
    health = RecordHealth(Kind.SPF, Health.WRONG, Reason.SPF_MISSING, found, exact)
    if len(found) > 1:
        return replace(health, reason=Reason.SPF_SEVERAL, remove=found)
    if not found:
        mild = phase is Phase.BEFORE or not target.spf_include
        return replace(health, health=Health.ADVICE) if mild else health
    if spf.unreadable(texts[0]):
        return replace(health, reason=Reason.SPF_UNREADABLE)
    if target.spf_include and not spf.includes(texts[0], target.spf_include):
        health = replace(health, reason=Reason.SPF_INCLUDE_MISSING)
        return replace(health, health=Health.LATER, expected=(), later=exact) if phase is Phase.BEFORE else health
    if (records.spf_lookups or 0) > spf.MOST_LOOKUPS:
        return replace(health, reason=Reason.SPF_LOOKUPS, figure=records.spf_lookups, expected=())
    if not target.spf_include:
        return replace(health, health=Health.UNJUDGED, reason=Reason.NOT_CHECKED)
    return replace(health, health=Health.RIGHT, reason=Reason.RIGHT)


def _merged(texts: list[str], target: Target, phase: Phase) -> str:
    """Without a record to keep, mail of the source still passes until all have moved."""
    if not texts and phase not in MOVED:
        texts = [f"{spf.VERSION} mx ~all"]
    return spf.merged(texts, target.spf_include)
