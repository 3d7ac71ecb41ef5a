"""The steps of adding a domain. The domain is a row from the first step on: leaving and coming back just works."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domains.dns.dns_hosts import HOSTS, DnsHost, host_label
from domains.dns.records import ExactRecord
from domains.dns.tokens import mx_record, txt_record
from domains.dns_host_menus import MENUS
from domains.models import Domain, Proof


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
    record = (mx_record if domain.proof == Proof.MX else txt_record)(domain.name, domain.token)
    return Instructions(host, record, host_label(host, domain.name, domain.zone or domain.name))
