"""How often a page asks for news by itself: often while something moves, now and then while something is going to, else never."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Min, OuterRef, Subquery

from batches.figures import Outline
from batches.leases import TAKEABLE
from batches.models import MigrationBatch, MigrationUser
from batches.states import Decision

OFTEN, NOW_AND_THEN = 2, 60  # seconds


def pace(rows: Iterable[Outline], now: datetime) -> int | None:
    """Seconds between two questions of a page that shows these batches.

    A batch that has just been told to sync now, or that waits for its time, looks as if nothing moved; its users are due.
    """
    shown = list(rows)
    if any(row.moves for row in shown):
        return OFTEN
    started = [row.pk for row in shown if row.decision == Decision.STARTED and not row.deleted_at]
    due = _first_due(started)
    if due is None:
        return None
    return OFTEN if due <= now else NOW_AND_THEN


def _first_due(batch_ids: Sequence[int]) -> datetime | None:
    """The first of each batch from the index: their minimum at once would look at every mailbox."""
    due = MigrationUser.objects.filter(batch=OuterRef("pk"), status__in=TAKEABLE, due_at__isnull=False)
    first = Subquery(due.order_by("due_at", "position").values("due_at")[:1])
    found: datetime | None = MigrationBatch.objects.filter(pk__in=batch_ids).aggregate(first=Min(first))["first"]
    return found
