"""A batch's users by status, and what the batch shows because of them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Count

from batches.models import MigrationBatch
from batches.states import BatchStatus, batch_status


def count_by_status(batch: MigrationBatch) -> Counter[str]:
    """How many of its users have each status."""
    return Counter(dict(batch.users.order_by().values_list("status").annotate(Count("pk"))))


def status_of(batch: MigrationBatch, now: datetime) -> BatchStatus:
    """What one batch shows. For many at once, count in one query and ask ``states.batch_status``."""
    return batch_status(batch.decision, count_by_status(batch), start_after=batch.start_after, now=now)
