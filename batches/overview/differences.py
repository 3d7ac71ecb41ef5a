"""Mailboxes whose verification found differences that nobody explains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count

from batches.models import MigrationBatch
from batches.verification.standing import last_ended


def differing(batches: Iterable[MigrationBatch]) -> Mapping[int, int]:
    """How many mailboxes of each batch those are, by the last verification that ended; one query, from the index of those
    that differ."""
    wanted = {batch.pk for batch in batches}
    found = last_ended().filter(is_proven=False).values_list("user__batch").annotate(Count("pk"))
    return {batch: number for batch, number in found if batch in wanted}
