"""What pages say of endpoints: errors as sentences, certificates, sign-ins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from endpoints import limit_words, sign_in, words
from endpoints.certificates import Certificate, read_pem
from endpoints.models import ConnectionSettings, MigrationEndpoint

register = template.Library()


@register.filter
def sentence(code: str, settings: ConnectionSettings | None) -> str:
    """What an error code means at this server, or at one that is not known any more, and what to do."""
    if settings is None:
        return words.sentence(code)
    user = sign_in.login_name(settings, settings.test_mailbox)
    return words.sentence(code, server=settings.server, user=user)


@register.filter
def certificate(found: Mapping[str, Any]) -> Certificate | None:
    """The certificate in what a test found, if it found one."""
    facts = found.get("certificate") if found else None
    return Certificate.from_json(facts) if facts else None


@register.filter
def is_past(value: Any) -> bool:
    return bool(value and value < timezone.now())


@register.filter
def sign_in_preview(settings: ConnectionSettings) -> str:
    """How the test mailbox, or an example, signs in."""
    return sign_in.preview(settings, settings.test_mailbox or sign_in.EXAMPLE)


@register.filter
def sign_in_form(settings: ConnectionSettings) -> str:
    """The form of the user name, short enough for a list."""
    return sign_in.short_form(settings)


@register.filter
def certificates(pem: str) -> list[Certificate]:
    """Those in a PEM text; none where it can not be read, which the form says."""
    try:
        return read_pem(pem) if pem else []
    except ValueError:
        return []


@register.filter
def hours(endpoint: MigrationEndpoint) -> str:
    """When it may be used; empty where it always may."""
    return limit_words.hours_words(endpoint)


@register.filter
def slowdown(endpoint: MigrationEndpoint) -> str:
    """What became of its limit because of its complaints; empty where nothing did."""
    return limit_words.slowdown_words(endpoint, timezone.now())


@register.inclusion_tag("endpoints/includes/default_target.html", takes_context=True)
def default_target_choice(context: Context) -> dict[str, Any]:
    """A form with all endpoints; the one that new batches move to is chosen."""
    return {
        "endpoints": MigrationEndpoint.objects.only("name", "server", "is_default_target"),
        "request": context["request"],
    }
