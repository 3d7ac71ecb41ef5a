"""What pages say of domains."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.help import explained
from core.templatetags.page import icon
from domains.dns.dns_hosts import DnsHost
from domains.dns.verification import Verification
from domains.models import DnsCheck, Domain
from domains.standing import ICONS, TONES, Status, report_of
from domains.wizard import host_with
from domains.words import having_words

register = template.Library()


@register.simple_tag
def domain_badge(status: Status) -> SafeString:
    """With its explanation for who points at it."""
    words = format_html("{}{}", icon(ICONS[status]), status.label)
    return explained("domain-status", status, words, f"badge badge-{TONES[status]}")


@register.simple_tag
def having(found: Verification) -> str:
    """How many of the domain's own servers have the record."""
    return having_words(found.having, found.answering)


@register.filter
def findings(check: DnsCheck, domain: Domain) -> list[str]:
    """What was seen, as sentences."""
    return [told.words for told in report_of(check, domain).findings]


@register.filter
def dns_host(code: str) -> DnsHost | None:
    return host_with(code)
