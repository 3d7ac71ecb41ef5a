"""How the mail records of a domain are told in templates."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.page import icon
from domains.dns.health import RecordHealth
from domains.dns.mx import Setback, Stage
from domains.mail.words import HEALTH, KINDS, REASONS, SETBACKS, STAGES, TONES

register = template.Library()


@register.filter
def kind_words(health: RecordHealth) -> str:
    return str(KINDS[health.kind])


@register.filter
def reason_words(health: RecordHealth) -> str:
    """What is so, and what to do about it."""
    return str(REASONS[health.reason]) % {"figure": health.figure}


@register.simple_tag
def health_badge(health: RecordHealth) -> SafeString:
    words, tone, picture = HEALTH[health.health]
    return _badge(str(words), tone, picture)


@register.simple_tag
def stage_badge(stage: Stage | str) -> SafeString:
    tone, picture = TONES[stage]
    return _badge(str(STAGES[stage]), tone, picture)


@register.filter
def setback_words(setback: Setback) -> str:
    """Nothing where all goes well."""
    return str(SETBACKS[setback]) if setback else ""


def _badge(words: str, tone: str, picture: str) -> SafeString:
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, icon(picture), words)
