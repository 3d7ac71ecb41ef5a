"""How a domain stands: what every page says of its ownership."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from domains.dns.asking import Answer
from domains.dns.kept import from_json
from domains.dns.verification import Verification
from domains.models import CheckKind, DnsCheck, Domain, Proof
from domains.words import HARMLESS, answer_words, finding

PATIENCE = timedelta(seconds=40)  # after which somebody who waits for an answer is told that workers may be missing


class Status(TextChoices):
    NOT_ADDED = "not_added", _("Not added")
    NEW = "new", _("Setup not finished")
    WAITING = "waiting", _("Waiting for the record")
    VERIFIED = "verified", _("Verified")
    GONE = "gone", _("Verified, record gone")


TONES: Mapping[str, str] = {
    Status.NOT_ADDED: "neutral",
    Status.NEW: "info",
    Status.WAITING: "info",
    Status.VERIFIED: "success",
    Status.GONE: "neutral",
}
ICONS: Mapping[str, str] = {
    Status.NOT_ADDED: "info",
    Status.NEW: "edit",
    Status.WAITING: "clock",
    Status.VERIFIED: "success",
    Status.GONE: "success",
}


def status_of(domain: Domain | None) -> Status:
    if domain is None:
        return Status.NOT_ADDED
    if domain.is_verified:
        return Status.GONE if domain.gone_since else Status.VERIFIED
    return Status.WAITING if domain.asked_at else Status.NEW


def is_being_asked(domain: Domain) -> bool:
    """Somebody wants to know now, and no worker has come back with an answer."""
    asked = domain.asked_at or (domain.added_at if domain.verification_due_at else None)
    answered = domain.mail_checked_at if domain.verified_by == Proof.PARENT else domain.checked_at
    return asked is not None and (answered is None or answered < asked)


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as a sentence."""

    words: str
    is_harmless: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one server said to one question: ``records`` or, where there are none, ``words``."""

    answer: Answer
    records: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """The newest look for the proof of a domain, for people."""

    check: DnsCheck
    found: Verification
    findings: tuple[Told, ...]
    lines: tuple[Line, ...]


def newest_report(domain: Domain) -> Report | None:
    check = domain.checks.filter(kind=CheckKind.VERIFICATION).first()
    return report_of(check, domain) if check else None


def report_of(check: DnsCheck, domain: Domain) -> Report:
    found = from_json(Verification, check.result)
    told = tuple(
        Told(
            finding(
                seen,
                domain=domain.shown,
                token=domain.token,
                by_mx=domain.proof == Proof.MX,
                partly=0 < len(seen.servers) < found.answering,
            ),
            seen.code in HARMLESS,
        )
        for seen in found.findings
    )
    return Report(check, found, told, tuple(map(_line, found.answers)))


def _line(answer: Answer) -> Line:
    records = tuple(record.text for record in answer.records)
    return Line(answer, records, "" if records else answer_words(answer))


def seems_unheard(domain: Domain, now: datetime) -> bool:
    """Whether somebody has waited for longer than workers need."""
    wanted = (domain.asked_at, domain.verification_due_at, domain.added_at)
    return is_being_asked(domain) and now - max(moment for moment in wanted if moment) > PATIENCE
