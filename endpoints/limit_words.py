"""The limits of an endpoint in words, in the reader's language and time zone."""

from __future__ import annotations

from datetime import datetime

from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from core.moments import in_words
from endpoints import limits
from endpoints.models import MigrationEndpoint


def hours_words(endpoint: MigrationEndpoint) -> str:
    """``from 19:00 to 07:00 (Europe/Amsterdam), and all day on Saturday and Sunday``; empty where it may always be used.

    The clock is the organization's, whoever reads.
    """
    hours = limits.hours_of(endpoint)
    if hours is None:
        return ""
    names = {"start": f"{hours.start:%H:%M}", "end": f"{hours.end:%H:%M}", "zone": hours.zone.key}
    if not endpoint.whole_days:
        return _("from %(start)s to %(end)s (%(zone)s)") % names
    days = get_text_list([str(WEEKDAYS[int(day) - 1]) for day in endpoint.whole_days], _("and"))
    return _("from %(start)s to %(end)s (%(zone)s), and all day on %(days)s") % {**names, "days": days}


def slowdown_words(endpoint: MigrationEndpoint, now: datetime) -> str:
    """What became of its limit because of its complaints; empty where nothing did. Its own words are ``slowed_words``."""
    slowdown = limits.slowdown_of(endpoint)
    if slowdown is None or not limits.is_slowed(endpoint, now):
        return ""
    words = _(
        "%(endpoint)s complains that it is too much. Since %(time)s only %(allowed)s of its %(limit)s connections are used; "
        "every minute without a complaint it is one more."
    )
    return words % {
        "allowed": slowdown.allowed(now),
        "limit": endpoint.max_concurrent_migrations,
        "time": in_words(slowdown.since),
        "endpoint": endpoint.name,
    }
