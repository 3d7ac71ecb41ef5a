"""What becomes of an outcome: a row of the history, and what it says about the domain."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch
from typing import Any

from django.db import transaction

from core import audit
from domains.dns.kept import to_json
from domains.dns.mail import MailRecords
from domains.dns.mx import Observation
from domains.dns.verification import Finding, Verification
from domains.family import descendants
from domains.fingerprints import fingerprint
from domains.models import CheckKind, DnsCheck, Domain, Proof
from domains.rhythm import next_mail_look, next_verification
from domains.target import target_of
from domains.tracking import source_hosts, track


@transaction.atomic
def keep(domain_id: int, outcome: Any, *, begun: datetime) -> None:
    """Write down what a look that was ``begun`` then has found. Nothing if the domain has been removed meanwhile."""
    domain = Domain.objects.select_for_update().filter(pk=domain_id).first()
    if domain is not None:
        _keep(outcome, domain, begun)
        domain.save()


@singledispatch
def _keep(outcome: Any, domain: Domain, begun: datetime) -> None:
    raise TypeError(type(outcome))


@_keep.register
def _(found: Verification, domain: Domain, begun: datetime) -> None:
    _note(domain, CheckKind.VERIFICATION, found, passed=found.verified)
    domain.checked_at = begun
    if found.delegation:
        domain.zone = found.delegation.zone
        domain.name_servers = list(found.delegation.names)
        domain.found_host = found.delegation.dns_host
    _judge(domain, found)
    if not _asked_since(domain, begun):
        domain.verification_due_at = next_verification(domain, begun)


def _judge(domain: Domain, found: Verification) -> None:
    if found.verified and not domain.is_verified:
        domain.verified_at, domain.verified_by = found.at, Proof(found.by.lower())
        audit.record(None, "verify domain", domain, record=found.by)
        _prove_below(domain, found.at)
    elif found.verified:
        domain.gone_since = None
    elif domain.is_verified and not domain.gone_since and _is_gone(found):
        domain.gone_since = found.at
        audit.record(None, "miss record", domain)


def _prove_below(domain: Domain, at: datetime) -> None:
    unproved = descendants(domain.name).filter(verified_at=None)
    unproved.update(verified_at=at, verified_by=Proof.PARENT, verification_due_at=None)


def _is_gone(found: Verification) -> bool:
    """Silence proves nothing: only the domain's own servers, or there being no such domain any more."""
    return found.answering > 0 or any(seen.code == Finding.NOT_REGISTERED for seen in found.findings)


@_keep.register
def _(found: Observation, domain: Domain, begun: datetime) -> None:
    heard = any(answer.hosts is not None for answer in found.authoritative)
    _note(domain, CheckKind.MX, found, passed=heard)
    domain.source_hosts = domain.source_hosts or source_hosts(found, target_of(domain.name))
    track(domain, found)
    if not _asked_since(domain, begun):
        domain.mail_due_at = next_mail_look(domain, begun)


@_keep.register
def _(found: MailRecords, domain: Domain, begun: datetime) -> None:
    heard = any(answer.answered and answer.authoritative for asked in found.asked for answer in asked.answers)
    _note(domain, CheckKind.MAIL, found, passed=heard)
    domain.mail_records, domain.mail_checked_at = to_json(found), begun


def _asked_since(domain: Domain, begun: datetime) -> bool:
    """Whether somebody wants to know what is there now, and not what was there when this look began."""
    return domain.asked_at is not None and domain.asked_at > begun


def _note(domain: Domain, kind: CheckKind, found: Verification | Observation | MailRecords, *, passed: bool) -> None:
    """A row, or the last one extended if it says the same."""
    told = {"last_at": found.at, "passed": passed, "result": to_json(found)}
    last = domain.checks.filter(kind=kind).first()
    same = fingerprint(found)
    if last and last.fingerprint == same:
        domain.checks.filter(pk=last.pk).update(times=last.times + 1, **told)
    else:
        DnsCheck.objects.create(domain=domain, kind=kind, first_at=found.at, fingerprint=same, **told)
