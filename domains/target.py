"""Where the organization's mail is to go, as the Settings page says."""

from __future__ import annotations

from core.models import MailTarget
from core.organization import organization
from domains.dns.targets import Target, microsoft_365


def target_of(domain: str) -> Target:
    """What the records of ``domain`` (ASCII) should say in the end. Empty parts are not checked."""
    decided = organization()
    if decided.mail_target == MailTarget.MICROSOFT_365:
        return microsoft_365(domain, decided.target_tenant.partition(".")[0])
    return Target(
        mx_hosts=tuple(decided.target_mx_hosts),
        spf_include=decided.target_spf_include,
        autodiscover_host=decided.target_autodiscover_host,
    )
