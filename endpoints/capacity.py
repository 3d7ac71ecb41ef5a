"""How much of what may be asked of an endpoint is being asked. Batches know endpoints, so this asks the relations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from endpoints import limits
from endpoints.models import MigrationEndpoint


@dataclass(frozen=True, slots=True)
class Capacity:
    """Of mailboxes in their first sync, or of those that are synced again: each kind has its own limit."""

    configured: int
    limit: int  # as things stand now
    in_use: int

    @property
    def free(self) -> int:
        return max(0, self.limit - self.in_use)

    @property
    def is_lowered(self) -> bool:
        return self.limit < self.configured


def capacity(endpoint: MigrationEndpoint, now: datetime, *, initial: bool) -> Capacity:
    configured, limit = limits.configured(endpoint, initial=initial), limits.limit(endpoint, now, initial=initial)
    return Capacity(configured, limit, in_use(endpoint, now, initial=initial))


def in_use(endpoint: MigrationEndpoint, now: datetime, *, initial: bool) -> int:
    """How many connections mailboxes of that kind have to this endpoint: one each, and those of their extra pairs."""
    of_endpoint = endpoint.batches_from.model.objects.filter(Q(source=endpoint) | Q(target=endpoint)).order_by()
    working = of_endpoint.filter(
        Q(users__lease__gt="", users__lease_until__gt=now, users__first_synced_at__isnull=initial)
    )
    counted = working.aggregate(mailboxes=Count("users"), extra=Sum("users__extra_pairs", default=0))
    return int(counted["mailboxes"] + counted["extra"])
