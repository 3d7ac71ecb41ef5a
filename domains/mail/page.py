"""All that the page of a domain's mail shows, put together from rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domains.dns.dns_hosts import HOSTS, host_label
from domains.dns.health import Health, Kind, Phase, RecordHealth, assess
from domains.dns.kept import from_json
from domains.dns.mail import MailRecords
from domains.dns.mx import MxAnswer, Observation, Stage, Standing
from domains.dns.records import ExactRecord
from domains.listing import figures_of
from domains.mail.evidence import BatchNews, batch_news
from domains.mail.steps import Step, steps
from domains.models import CheckKind, DnsCheck, Domain
from domains.routing import standing_of
from domains.target import target_of

LOOKS_SHOWN = 20
CHANGED = frozenset({Stage.CHANGING, Stage.SPREADING, Stage.SETTLED, Stage.WAITING, Stage.SAFE})
ARRIVED = CHANGED - {Stage.CHANGING}  # all name servers of the domain have the new answer


@dataclass(frozen=True, slots=True)
class Advised:
    """A record to set, in the terms of the form of whoever hosts the DNS."""

    record: ExactRecord
    host: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """``expected`` is what should stand there now, ``later`` what should once the migration is further on."""

    health: RecordHealth
    expected: Sequence[Advised]
    later: Sequence[Advised]

    @property
    def needs_action(self) -> bool:
        return self.health.health in {Health.WRONG, Health.ADVICE}


@dataclass(frozen=True, slots=True)
class Look:
    """One row of the history: what the servers said from ``check.first_at`` until ``check.last_at``."""

    check: DnsCheck
    authoritative: Sequence[MxAnswer]
    resolvers: Sequence[MxAnswer]


@dataclass(frozen=True, slots=True)
class MailPage:
    domain: Domain
    standing: Standing
    phase: Phase
    steps: Sequence[Step]
    records: Sequence[Assessed]
    looks: Sequence[Look]
    batches: Sequence[BatchNews]

    @property
    def moves(self) -> bool:
        """Whether somebody who watches will see something change."""
        return self.standing.stage not in {Stage.NOT_STARTED, Stage.SAFE}


def mail_page(domain: Domain, now: datetime) -> MailPage:
    standing = standing_of(domain, now)
    phase = phase_of(domain, standing)
    return MailPage(
        domain,
        standing,
        phase,
        steps(standing, now),
        list(_assessed(domain, phase)),
        [_look(check) for check in domain.checks.filter(kind=CheckKind.MX)[:LOOKS_SHOWN]],
        batch_news(domain.name),
    )


def phase_of(domain: Domain, standing: Standing) -> Phase:
    """Everybody has moved when the mail does and no mailbox lacks its copy."""
    if standing.stage in ARRIVED and not left_to_copy(domain):
        return Phase.OVER if standing.stage == Stage.SAFE else Phase.ALL_MOVED
    if standing.stage in CHANGED:
        return Phase.MX_CHANGED
    return Phase.TTL_LOWERED if standing.stage == Stage.TTL_LOWERED else Phase.BEFORE


def left_to_copy(domain: Domain) -> int:
    """Mailboxes in batches that are not synced yet. A batch that is deleted has none left."""
    figures = figures_of(domain.name)
    return figures.total - figures.synced if figures else 0


def _assessed(domain: Domain, phase: Phase) -> Sequence[Assessed]:
    if not domain.mail_records:
        return []
    records = from_json(MailRecords, domain.mail_records)
    found = assess(records, target_of(domain.name), domain.source_hosts, phase)
    zone = records.delegation.zone if records.delegation else domain.name
    left = left_to_copy(domain)
    told = [replace(each, figure=left) if each.kind == Kind.AUTODISCOVER else each for each in found]
    return [Assessed(each, _advised(domain, each.expected, zone), _advised(domain, each.later, zone)) for each in told]


def _advised(domain: Domain, records: Sequence[ExactRecord], zone: str) -> Sequence[Advised]:
    code = domain.dns_host or domain.found_host
    dns_host = next((host for host in HOSTS if host.code == code), None)
    return [Advised(record, host_label(dns_host, record.name, zone)) for record in records]


def _look(check: DnsCheck) -> Look:
    seen = from_json(Observation, check.result)
    return Look(check, seen.authoritative, seen.resolvers)
