"""How much there is to move and how much has been moved, in items and octets. Every page sums up here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Greatest

from batches.models import MigrationUser
from batches.states import UserStatus

AT_REST = (UserStatus.FAILED, UserStatus.STOPPED, UserStatus.STOPPING)
AHEAD = Q(first_synced_at__isnull=True) & ~Q(status__in=AT_REST)
COUNTED = Q(items_total__gt=0) | Q(first_synced_at__isnull=False)
ITEMS_LEFT = Greatest(F("items_total") - F("items_synced") - F("items_skipped"), 0)
OCTETS_LEFT = Greatest(F("octets_total") - F("octets_synced"), 0)


@dataclass(frozen=True, slots=True)
class Volume:
    """Sums over mailboxes.

    The totals are the source's own figures, of the mailboxes that are counted. ``ahead`` is the number of mailboxes
    that will get their first copy without anybody doing anything; what is left is theirs, as far as they are counted.
    """

    items: int = 0
    skipped: int = 0
    items_total: int = 0
    items_left: int = 0
    octets: int = 0
    octets_total: int = 0
    octets_left: int = 0
    counted: int = 0
    ahead: int = 0
    ahead_uncounted: int = 0

    @property
    def percentage(self) -> int:
        """Of the items that are known, rounded down."""
        return min(100, 100 * (self.items + self.skipped) // self.items_total) if self.items_total else 0

    def percentage_of(self, mailboxes: int) -> int:
        """The same where there are so many mailboxes: 100 is kept for when all of them are counted."""
        return self.percentage if self.counted >= mailboxes else min(99, self.percentage)


FIGURES = attrgetter(*(field.name for field in fields(Volume)))


def total(parts: Iterable[Volume]) -> Volume:
    """All of them together."""
    return Volume(*map(sum, zip(*map(FIGURES, parts), strict=True)))


def volumes(batch_ids: Iterable[int]) -> Mapping[int, Volume]:
    """By batch, in one query; a batch without mailboxes has an empty one."""
    sums = {
        "items": Sum("items_synced"),
        "skipped": Sum("items_skipped"),
        "items_total": Sum("items_total"),
        "items_left": Sum(ITEMS_LEFT, filter=AHEAD, default=0),
        "octets": Sum("octets_synced"),
        "octets_total": Sum("octets_total"),
        "octets_left": Sum(OCTETS_LEFT, filter=AHEAD, default=0),
        "counted": Count("pk", filter=COUNTED),
        "ahead": Count("pk", filter=AHEAD),
        "ahead_uncounted": Count("pk", filter=AHEAD & ~COUNTED),
    }
    users = MigrationUser.objects.filter(batch__in=list(batch_ids)).order_by()
    found = users.values_list("batch").annotate(**{f"of_{name}": figure for name, figure in sums.items()})
    return defaultdict(Volume, {batch: Volume(*map(int, figures)) for batch, *figures in found})
