"""What is said of a mailbox as it is of a whole batch."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from batches.models import MigrationBatch
from core.moments import in_words
from endpoints import limits
from endpoints.limit_words import hours_words
from endpoints.models import MigrationEndpoint

NOBODY_CAME = timedelta(minutes=2)  # a worker takes seconds to come; after this long, none may be running


def no_sign_of_life(lease_until: datetime | None) -> str:
    then = _("The next worker goes on where it was. Look whether a worker and the message broker are running.")
    if lease_until is None:
        return _("Its worker is gone.") + " " + then
    since = _("Its worker has given no sign of life since %(time)s.") % {"time": in_words(lease_until - settings.LEASE)}
    return f"{since} {then}"


def nobody_came(due_at: datetime, told_at: datetime | None, now: datetime) -> str:
    """What is due is told to the queue again and again: where that does not happen, it is not only a worker that fails."""
    words = _("No worker has taken it up since %(time)s. Look whether a worker and the message broker are running.")
    if told_at is None or told_at <= now - NOBODY_CAME:
        words = _(
            "No worker has taken it up since %(time)s. The queue has not been told of it either: look whether the message "
            "broker answers, and whether the scheduler (beat) and a worker are running."
        )
    return words % {"time": in_words(due_at)}


def closed_now(batch: MigrationBatch, now: datetime) -> tuple[MigrationEndpoint, datetime] | None:
    """A server that may not be used now, and when it may be again."""
    for endpoint in (batch.source, batch.target):
        hours = limits.hours_of(endpoint)
        if hours and not hours.is_open(now):
            return endpoint, hours.opens_at(now)
    return None


def why_closed(batch: MigrationBatch, now: datetime) -> str:
    """Empty if both servers may be used now."""
    if not (closed := closed_now(batch, now)):
        return ""
    endpoint, opens_at = closed
    words = _("%(endpoint)s may only be used %(hours)s. Allowed again at %(time)s.")
    return words % {"endpoint": endpoint.name, "hours": hours_words(endpoint), "time": in_words(opens_at)}
