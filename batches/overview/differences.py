"""Mailboxes whose verification found differences that nobody explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef

from batches.models import MigrationBatch, Verification

MANY = 50  # batches, whose verifications take a while to look through
GOOD_FOR = 15  # seconds, where there are many
KEY = "mailboxes-that-differ"


def differing(batches: Sequence[MigrationBatch]) -> Mapping[int, int]:
    """How many mailboxes of each batch those are, by the last verification that ended; one query at most."""
    if len(batches) <= MANY:
        return _differing(batches)
    return cache.get_or_set(KEY, lambda: _differing(batches), GOOD_FOR) or {}


def _differing(batches: Sequence[MigrationBatch]) -> Mapping[int, int]:
    ended = Verification.objects.filter(ended_at__isnull=False)
    newer = ended.filter(user=OuterRef("user"), asked_at__gt=OuterRef("asked_at"))
    found = ended.filter(user__batch__in=[batch.pk for batch in batches], result__ok=False).exclude(Exists(newer))
    return dict(found.order_by().values_list("user__batch").annotate(Count("pk")))
