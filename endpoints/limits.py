"""What may be asked of an endpoint now: the limits people set, what its complaints have made of them, and its hours."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core import audit
from core.organization import organization
from endpoints.hours import Hours
from endpoints.models import Complaint, MigrationEndpoint
from endpoints.pressure import STORM, Heard, Slowdown, is_storm, slower

COMPLAINTS_KEPT = 200


def limit(endpoint: MigrationEndpoint, now: datetime, *, initial: bool) -> int:
    """How many mailboxes of a kind may work with it at once, as things stand now. None outside its hours."""
    hours = hours_of(endpoint)
    if hours and not hours.is_open(now):
        return 0
    allowed = configured(endpoint, initial=initial)
    slowdown = slowdown_of(endpoint)
    return min(allowed, slowdown.allowed(now)) if slowdown else allowed


def configured(endpoint: MigrationEndpoint, *, initial: bool) -> int:
    return endpoint.max_concurrent_migrations if initial else endpoint.max_concurrent_incremental_syncs


def hours_of(endpoint: MigrationEndpoint) -> Hours | None:
    """None where it may always be used."""
    if endpoint.hours_from is None or endpoint.hours_until is None:
        return None
    days = frozenset(map(int, endpoint.whole_days))
    return Hours(endpoint.hours_from, endpoint.hours_until, days, organization().zone)


def slowdown_of(endpoint: MigrationEndpoint) -> Slowdown | None:
    if endpoint.slowed_to is None or endpoint.slowed_at is None or endpoint.slowed_since is None:
        return None
    return Slowdown(endpoint.slowed_to, endpoint.slowed_at, endpoint.slowed_since)


def is_slowed(endpoint: MigrationEndpoint, now: datetime) -> bool:
    slowdown = slowdown_of(endpoint)
    return slowdown is not None and not slowdown.is_over(endpoint.max_concurrent_migrations, now)


@transaction.atomic
def note_complaint(endpoint_id: int, *, mailbox: str, code: str, words: str, at_work: int, now: datetime) -> int | None:
    """Keep what the server said, and go slower with all if it was meant for all: then to how many mailboxes at once.

    ``words`` hold no secret. ``at_work`` is the number of mailboxes of one kind that work with it.
    """
    endpoint = MigrationEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    endpoint.complaints.create(at=now, mailbox=mailbox, code=code, words=words)
    _trim(endpoint)
    recent = endpoint.complaints.filter(at__gt=now - STORM).values_list("mailbox", "code", "at")
    if not is_storm([Heard(*row) for row in recent], now):
        return None
    most = endpoint.max_concurrent_migrations
    slowdown = slower(slowdown_of(endpoint), at_work=at_work, limit=most, now=now)
    if slowdown is None:
        return None
    _keep(endpoint, slowdown, words)
    audit.record(None, "slow down endpoint", endpoint, to=slowdown.to, of=most, code=code, words=words)
    return slowdown.to


def _keep(endpoint: MigrationEndpoint, slowdown: Slowdown, words: str) -> None:
    endpoint.slowed_to, endpoint.slowed_at, endpoint.slowed_since = slowdown.to, slowdown.at, slowdown.since
    endpoint.slowed_words = words
    endpoint.save(update_fields=["slowed_to", "slowed_at", "slowed_since", "slowed_words"])


def _trim(endpoint: MigrationEndpoint) -> None:
    oldest = endpoint.complaints.values_list("pk", flat=True)[COMPLAINTS_KEPT : COMPLAINTS_KEPT + 1].first()
    if oldest:
        Complaint.objects.filter(endpoint=endpoint, pk__lte=oldest).delete()
