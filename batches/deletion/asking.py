"""What the question before a deletion shows besides its consequences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from batches.deletion.evidence import evidence
from batches.deletion.gates import Gates, Sign, gates
from batches.models import MigrationBatch
from core.bulk import some

EVERY = 10  # seconds between two looks: each looks at all mailboxes of the batch


def context_of(batches: Sequence[MigrationBatch]) -> dict[str, Any]:
    """Of one batch its gates, of several which of them are closed whatever somebody confirms."""
    known = evidence(batches, timezone.now())
    found = {batch: gates(known[batch.pk]) for batch in batches if not batch.deleted_at}
    touched = {batch: each for batch, each in found.items() if not each.is_untouched}
    context: dict[str, Any] = {
        "asks_why": bool(touched),
        "by_hand": _by_hand(touched.values()),
        "closed": some(batch.name for batch, each in touched.items() if each.needs_reason),
        "ready": some(batch.name for batch, each in touched.items() if not each.needs_reason),
        "untouched": some(batch.name for batch, each in found.items() if each.is_untouched),
        "needs_reason": any(each.needs_reason for each in touched.values()),
    }
    return context | (_single(found) if len(batches) == 1 else {})


def _by_hand(found: Iterable[Gates]) -> Sequence[tuple[str, str, str]]:
    """What a person has to know for a gate that is not closed already: key, words, and which gate it is."""
    open_ = {gate.key: gate for each in found for gate in each.gates if gate.measured_well}
    return [
        (fact.key, fact.words, str(gate.title))
        for gate in open_.values()
        for fact in gate.facts
        if fact.sign == Sign.BY_HAND
    ]


def _single(found: dict[MigrationBatch, Gates]) -> dict[str, Any]:
    (batch, own), *_others = found.items() or [(None, None)]
    return {"batch": batch, "gates": own, "pace": EVERY}
