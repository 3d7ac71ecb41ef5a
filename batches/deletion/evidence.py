"""What is known of a batch's mailboxes and of the route of their mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from batches.models import MigrationBatch, MigrationUser
from batches.states import UserStatus
from domains.dns.mx import Stage, Standing
from domains.routing import Routed, routed

HAS_SETTLED = frozenset({Stage.SETTLED, Stage.WAITING, Stage.SAFE})


@dataclass(frozen=True, slots=True)
class DomainEvidence:
    """The mailboxes of one domain in one batch. ``standing`` and ``domain_id`` are None where it is not verified here.

    ``oldest_sync`` is the time since which all of them were synced; None as long as one was never synced.
    """

    domain: str
    standing: Standing | None
    mailboxes: int
    copied: int
    oldest_sync: datetime | None
    last_new_item: datetime | None
    domain_id: int | None = None

    @property
    def settled_at(self) -> datetime | None:
        """Since when every server and every cache sends mail to the target; None as long as one may not."""
        return self.standing.settles_at if self.standing and self.standing.stage in HAS_SETTLED else None


@dataclass(frozen=True, slots=True)
class BatchEvidence:
    """``touched`` is whether anything was ever copied."""

    domains: Sequence[DomainEvidence]
    touched: bool

    @property
    def mailboxes(self) -> int:
        return sum(each.mailboxes for each in self.domains)

    @property
    def copied(self) -> int:
        return sum(each.copied for each in self.domains)


def evidence(batches: Sequence[MigrationBatch], now: datetime) -> Mapping[int, BatchEvidence]:
    """By batch, in two queries."""
    rows = list(_counted(batches))
    routes = routed({row["domain"] for row in rows}, now)
    found: dict[int, list[DomainEvidence]] = defaultdict(list)
    touched: dict[int, bool] = defaultdict(bool)
    for row in rows:
        found[row["batch"]].append(_of_domain(row, routes.get(row["domain"])))
        touched[row["batch"]] |= bool(row["touched"])
    return {batch.pk: BatchEvidence(found[batch.pk], touched[batch.pk]) for batch in batches}


def _counted(batches: Sequence[MigrationBatch]) -> list[Any]:
    users = MigrationUser.objects.filter(batch__in=batches).order_by("domain").values("batch", "domain")
    has_copy = Q(first_synced_at__isnull=False) & ~Q(status=UserStatus.FAILED)
    return list(
        users.annotate(
            mailboxes=Count("pk"),
            copied=Count("pk", filter=has_copy),
            unsynced=Count("pk", filter=Q(last_synced_at=None)),
            oldest_sync=Min("last_synced_at"),
            last_new=Max("last_new_items_at"),
            touched=Count("pk", filter=Q(items_synced__gt=0) | Q(first_synced_at__isnull=False)),
        )
    )


def _of_domain(row: Mapping[str, Any], route: Routed | None) -> DomainEvidence:
    return DomainEvidence(
        domain=row["domain"],
        standing=route.standing if route else None,
        mailboxes=row["mailboxes"],
        copied=row["copied"],
        oldest_sync=None if row["unsynced"] else row["oldest_sync"],
        last_new_item=row["last_new"],
        domain_id=route.domain_id if route else None,
    )
