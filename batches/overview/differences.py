"""Mailboxes whose verification found differences that nobody explains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count, Exists, OuterRef

from batches.models import MigrationBatch, Verification


def differing(batches: Iterable[MigrationBatch]) -> Mapping[int, int]:
    """How many mailboxes of each batch those are, by the last verification that ended; one query."""
    ended = Verification.objects.filter(ended_at__isnull=False)
    newer = ended.filter(user=OuterRef("user"), asked_at__gt=OuterRef("asked_at"))
    found = ended.filter(user__batch__in=[batch.pk for batch in batches], result__ok=False).exclude(Exists(newer))
    return dict(found.order_by().values_list("user__batch").annotate(Count("pk")))
