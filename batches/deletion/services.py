"""Deleting a batch through one of its gates, or past them with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from batches.deletion.evidence import evidence
from batches.deletion.gates import BY_HAND, Gates, gates
from batches.models import MigrationBatch
from batches.services.batch import delete_batch
from batches.services.permitted import NotNow
from core.models import Person

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says when asked: the facts that they confirm, and why to delete in spite of closed gates."""

    confirmed: frozenset[str] = frozenset()
    reason: str = ""

    @classmethod
    def of(cls, posted: QueryDict) -> Answer:
        reason = posted.get("reason", "").replace("\0", "").strip()[:REASON_LENGTH]
        return cls(frozenset(posted.getlist("confirmed")) & BY_HAND.keys(), reason)


def kept(posted: QueryDict) -> dict[str, Any]:
    """What was ticked, for the question when it is asked again: a refused answer gave no reason."""
    return {"confirmed": sorted(Answer.of(posted).confirmed)}


def gates_of(batch: MigrationBatch) -> Gates:
    return gates(evidence([batch], timezone.now())[batch.pk])


def delete_through_gate(batch: MigrationBatch, *, by: Person | None, answer: Answer) -> None:
    """Raises NotNow where both gates are closed and no reason was given."""
    delete_batch(batch, by=by, **_grounds(batch, answer))


def _grounds(batch: MigrationBatch, answer: Answer) -> dict[str, Any]:
    """Why it may be deleted, for the audit log: the open gate, or a person's own reason and what stood against it."""
    found = gates_of(batch)
    if batch.deleted_at or found.is_untouched:
        return {}
    gate = found.opened(answer.confirmed)
    if gate:
        return {"gate": gate.key, "confirmed": sorted(answer.confirmed)}
    if answer.reason:
        against = sorted({fact.key for each in found.gates for fact in each.unmet})
        return {"reason": answer.reason, "against": against}
    words = _("%(name)s is not deleted: not all conditions are met. Confirm what is left, or give a reason.")
    raise NotNow(words % {"name": batch.name})
