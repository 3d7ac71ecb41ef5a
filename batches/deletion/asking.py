"""What the question before a deletion shows besides its consequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from batches.deletion.evidence import evidence
from batches.deletion.gates import BY_HAND, Gates, gates
from batches.models import MigrationBatch
from core.bulk import some

EVERY = 10  # seconds between two looks: each looks at all mailboxes of the batch


def context_of(batches: Sequence[MigrationBatch]) -> dict[str, Any]:
    """Of one batch its gates, of several which of them are closed whatever somebody confirms."""
    known = evidence(batches, timezone.now())
    found = {batch: gates(known[batch.pk]) for batch in batches if not batch.deleted_at}
    touched = {batch: each for batch, each in found.items() if not each.is_untouched}
    context: dict[str, Any] = {
        "by_hand": BY_HAND.items() if touched else (),
        "closed": some(batch.name for batch, each in touched.items() if each.needs_reason),
        "ready": some(batch.name for batch, each in touched.items() if not each.needs_reason),
        "untouched": some(batch.name for batch, each in found.items() if each.is_untouched),
        "needs_reason": any(each.needs_reason for each in touched.values()),
    }
    return context | (_single(found) if len(batches) == 1 else {})


def _single(found: dict[MigrationBatch, Gates]) -> dict[str, Any]:
    (batch, own), *_others = found.items() or [(None, None)]
    return {"batch": batch, "gates": own, "pace": EVERY}
