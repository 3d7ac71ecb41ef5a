"""The batches that people have begun to describe."""

from __future__ import annotations

from typing import NamedTuple

from batches.models import BatchDraft
from batches.wizard.steps import Step, first_open
from core.models import Person

MOST = 20  # on a page


class Unfinished(NamedTuple):
    """A draft, where it goes on, and whether it is the reader's own: others' are named and can not be opened."""

    draft: BatchDraft
    step: Step
    own: bool


def unfinished(reader: Person) -> list[Unfinished]:
    """The newest first; nobody but administrators describes batches."""
    if not reader.is_administrator:
        return []
    drafts = BatchDraft.objects.filter(adds_to=None).defer("csv").select_related("by").order_by("-changed_at")[:MOST]
    return [Unfinished(draft, first_open(draft), draft.by_id == reader.pk) for draft in drafts]
