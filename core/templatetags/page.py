"""What every page draws the same way: icons, times, sizes and durations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit_words
from core.browsers import browser_name
from core.links import link
from core.models import AuditEntry
from core.moments import in_words

register = template.Library()
register.filter(browser_name)

# For what rows of lists draw. What is safe and what is to be escaped are two things, though they be equal as strings.
kept = lru_cache(maxsize=4096, typed=True)

UNITS = ("KB", "MB", "GB", "TB")


@register.simple_tag
@cache  # a page has hundreds of them, all alike
def icon(name: str) -> SafeString:
    """A picture from the sprite. It says nothing to a screen reader: put words beside it."""
    sprite = static("icons.svg")
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', sprite, name)


@register.inclusion_tag("includes/nav_link.html", takes_context=True)
def nav_link(context: Context, view: str, picture: str, label: str) -> dict[str, Any]:
    """A line of the navigation, marked on the page of ``view`` and on all that are below it."""
    url, path = link(view), context["request"].path
    below = url != link("core:home") and path.startswith(url)
    return {"url": url, "picture": picture, "label": label, "current": "page" if path == url else below and "true"}


@register.inclusion_tag("includes/breadcrumb.html")
def breadcrumb(*trail: str) -> dict[str, Any]:
    """Where a page is: address and name of each page above it, then its own name. The overview always comes first."""
    *above, here = trail
    steps: Sequence[tuple[str, str]] = list(zip(above[::2], above[1::2], strict=True))
    return {"steps": steps, "here": here}


@register.filter
def moment(value: datetime | None) -> str:
    """A time in the viewer's zone, with the zone: ``23 October 2020 07:14 CEST``; nothing for None."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', timezone.localtime(value).isoformat(), in_words(value))


@register.filter
def grouped(number: float) -> str:
    """``123,843``."""
    whole = round(number)
    return str(whole) if 0 <= whole < 1000 else formats.number_format(whole, 0, force_grouping=True)


@register.filter
def rate(number: float) -> str:
    """``1,234`` or ``12.3`` or ``0.05``: what happens so often a second."""
    digits = 0 if number >= 100 else 1 if number >= 1 else 2
    return formats.number_format(round(number, digits), digits, force_grouping=True)


@register.filter
def size(octets: int) -> str:
    """``120.9 KB (123,843 bytes)``; KB is 1,024 bytes, as in Exchange."""
    exact = ngettext("%(number)s byte", "%(number)s bytes", octets) % {"number": grouped(octets)}
    return exact if octets < 1024 else f"{short_size(octets)} ({exact})"


@register.filter
def short_size(octets: float) -> str:
    """``120.9 KB``."""
    if octets < 1024:
        return _("%(number)s bytes") % {"number": grouped(octets)}
    for unit in UNITS:
        octets /= 1024
        if octets < 1024 or unit == UNITS[-1]:
            break
    return f"{formats.number_format(round(octets, 1), 1, force_grouping=True)} {unit}"


@register.filter
def duration(value: timedelta | None) -> str:
    """``2 d 3 h 4 min``, ``4 min 12 s``, ``0 s``: the two or three largest parts; nothing for None."""
    if value is None:
        return ""
    seconds = max(0, int(value.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [(days, _("%d d")), (hours, _("%d h")), (minutes, _("%d min"))]
    words = [text % number for number, text in parts if number]
    return " ".join(words) if seconds >= 3600 else " ".join([*words, _("%d s") % (seconds % 60)])


@register.simple_tag
def deed(entry: AuditEntry) -> str:
    """What somebody did, as a sentence."""
    return audit_words.sentence(entry.action, entry.thing)


@register.simple_tag
def deed_details(entry: AuditEntry) -> list[str]:
    return [audit_words.detail(name, value) for name, value in entry.details.items() if value not in ("", None)]


@register.filter
@kept
def breakable(address: str) -> SafeString:
    """A mail address that is broken behind its @, if it has to be."""
    name, at, domain = address.rpartition("@")
    return format_html("{}{}<wbr>{}", name, at, domain) if at else format_html("{}", address)


@register.filter
def path(levels: list[str]) -> str:
    """A folder's path as people read it: ``Inbox / Projects / 2019``."""
    return " / ".join(levels)
