"""Looks at verified domains whose record has gone, and keeps that as events, each with the messages that tell of it.

The record is looked for once a week; this only reads what was found, and may be called twice at once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from domains.models import Domain
from notifications.addressing import address
from notifications.models import Event, Kind


def look(now: datetime) -> None:
    """Tell of each record that has gone once, and again when it has come back and goes anew."""
    open_events = Event.objects.filter(kind=Kind.RECORD_GONE, closed_at=None)
    open_events.filter(domain__gone_since=None).update(closed_at=now)
    told = open_events.values("domain")
    for domain in Domain.objects.filter(gone_since__isnull=False).exclude(pk__in=told):
        _tell(domain, now)


def _tell(domain: Domain, now: datetime) -> None:
    try:
        with transaction.atomic():
            address(Event.objects.create(kind=Kind.RECORD_GONE, domain=domain, at=now))
    except IntegrityError:  # somebody else, who looked at the same time, has told it
        return
