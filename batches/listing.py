"""What part of a list somebody wants to see: searched, filtered, sorted, in pages. All of it stands in the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from batches.figures import Outline
from batches.leases import TAKEABLE
from batches.models import MigrationBatch, MigrationUser
from batches.verification.standing import with_open, with_outcome

PER_PAGE = 50

BATCH_COLUMNS: Mapping[str, Callable[[Outline], Any]] = {
    "name": lambda row: row.name.casefold(),
    "status": lambda row: str(row.status.label),
    "percentage": lambda row: row.tally.percentage,
    "total": lambda row: row.tally.total,
    "synced": lambda row: row.tally.synced,
    "finalized": lambda row: row.tally.finalized,
    "failed": lambda row: row.tally.failed,
}
USER_COLUMNS: Mapping[str, str] = {
    "identity": "address",
    "status": "status",
    "synced": "items_synced",
    "skipped": "items_skipped",
}
# What a row of the list of users reads: it has fifty, with forty columns each.
SHOWN_OF_USERS = (
    *("batch", "address", "status", "items_total", "items_synced", "items_skipped"),
    *("fast_lane_at", "first_synced_at"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """The query string of a list's page: ``q``, ``status``, ``sort`` (a column, with "-" descending) and ``page``.

    Users may be picked by ``error``, the code of what went wrong last, too. Their ``status`` is one of theirs or one of
    ``USER_CONDITIONS``.
    """

    search: str = ""
    status: str = ""
    sort: str = ""
    page: str = ""
    error: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Wish:
        search = query.get("q", "").replace("\0", "").strip()[:254]
        return cls(search, *(query.get(name, "").replace("\0", "") for name in ("status", "sort", "page", "error")))

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def narrows(self) -> bool:
        """Whether it may hide something."""
        return bool(self.search or self.status or self.error)


def listed_batches(*, deleted: bool = False) -> QuerySet[MigrationBatch]:
    """All that have not been taken off the list, or those that have."""
    return MigrationBatch.objects.filter(deleted_at__isnull=not deleted)


def users_without_secrets() -> QuerySet[MigrationUser]:
    """Pages and reports never need passwords: they are not even decrypted."""
    return MigrationUser.objects.defer("source_password", "target_password")


def matching_batches(rows: Iterable[Outline], wish: Wish) -> list[Outline]:
    """By name, those that fit. In Python, because what a batch shows is derived: there are at most hundreds."""
    return sorted((row for row in rows if _fits(row, wish)), key=BATCH_COLUMNS["name"])


def pick_batches(rows: Iterable[Outline], wish: Wish) -> Page[Outline]:
    """The wished page of those that fit, in the wished order."""
    picked = matching_batches(rows, wish)
    if key := BATCH_COLUMNS.get(wish.column):
        picked.sort(key=key, reverse=wish.descending)
    return Paginator(picked, PER_PAGE).get_page(wish.page)


def _fits(row: Outline, wish: Wish) -> bool:
    return wish.search.casefold() in row.name.casefold() and wish.status in {"", "deleted", row.status}


def pick_users(batch: MigrationBatch, wish: Wish) -> Page[MigrationUser]:
    """The wished part of a batch's users, in the order of its CSV file unless sorted otherwise."""
    users = wished_users(batch, wish)
    if column := USER_COLUMNS.get(wish.column):
        order = F(column).desc() if wish.descending else F(column).asc()
        users = users.order_by(order, "position")
    return Paginator(users.only(*SHOWN_OF_USERS), PER_PAGE).get_page(wish.page)


def wished_users(batch: MigrationBatch, wish: Wish) -> QuerySet[MigrationUser]:
    """All users of the batch that fit, on whatever page."""
    users = users_without_secrets().filter(batch=batch, address__icontains=wish.search)
    if wish.status in USER_CONDITIONS:
        users = users.filter(USER_CONDITIONS[wish.status][1](batch))
    elif wish.status:
        users = users.filter(status=wish.status)
    return users.filter(error_code=wish.error) if wish.error else users


# What users can be picked by beside their status.
USER_CONDITIONS: Mapping[str, tuple[str | Promise, Callable[[MigrationBatch], Q]]] = {
    "retrying": (_("Waiting after an error"), lambda _batch: ~Q(wait_code="") & Q(status__in=TAKEABLE)),
    "with-skipped-items": (_("With skipped items"), lambda _batch: Q(items_skipped__gt=0)),
    "unmatched-folders": (_("Without a folder that the settings name"), lambda _batch: ~Q(unmatched_folders="")),
    "proven": (_("Verified: every message accounted for"), lambda batch: with_outcome(batch, "proven")),
    "different": (_("Verified: with unexplained differences"), lambda batch: with_outcome(batch, "different")),
    "unverifiable": (_("Could not be verified"), lambda batch: with_outcome(batch, "failed")),
    "verifying": (_("Waiting for verification, or under way"), lambda batch: with_open(batch)),
}
