"""The steps of adding a domain. The domain is a row from the first step on: leaving and coming back just works."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domains.dns.dns_hosts import HOSTS, DnsHost, host_label
from domains.dns.records import ExactRecord
from domains.dns.tokens import mx_record, txt_record
from domains.dns_host_menus import MENUS
from domains.models import Domain, Proof
from domains.standing import newest_report


@dataclass(frozen=True, slots=True)
class Step:
    slug: str
    title: Promise


NAME = Step("name", _("Domain name"))
HOST = Step("host", _("DNS host"))
RECORD = Step("record", _("Add the record"))
VERIFICATION = Step("verification", _("Verification"))
STEPS = (NAME, HOST, RECORD, VERIFICATION)


def rail(domain: Domain | None, here: Step) -> list[tuple[Step, bool, bool]]:
    """Each step with whether it can be opened and whether it is done."""
    place = STEPS.index(here)
    return [(step, domain is not None and i > 0, i < place) for i, step in enumerate(STEPS)]


@dataclass(frozen=True, slots=True)
class Instructions:
    """What to type where. ``label`` is what the form of the DNS host calls the domain itself; "" means: leave it empty."""

    host: DnsHost | None
    record: ExactRecord
    label: str

    @property
    def menu(self) -> str:
        """The way through the host's own menus."""
        return MENUS.get(self.host.code, "") if self.host else ""


def host_with(code: str) -> DnsHost | None:
    return next((host for host in HOSTS if host.code == code), None)


def instructions(domain: Domain) -> Instructions:
    host = host_with(domain.dns_host)
    if domain.proof == Proof.MX:
        record = mx_record(domain.name, domain.token)
        record = replace(record, ttl=_present_ttl(domain) or record.ttl)
    else:
        record = txt_record(domain.name, domain.token)
    return Instructions(host, record, host_label(host, domain.name, domain.zone or domain.name))


def _present_ttl(domain: Domain) -> int | None:
    """Of the MX records that are there, where name servers have been asked already: all of a name have one TTL."""
    report = newest_report(domain)
    answers = report.found.answers if report else ()
    given = [each for each in answers if each.kind == "MX" and each.authoritative]
    return max((record.ttl for each in given for record in each.records), default=None)
