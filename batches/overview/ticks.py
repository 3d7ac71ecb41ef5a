"""A person's word that a task is done which nobody here can see."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation

from batches.models import ChecklistTick
from batches.overview.checklist import Task
from core import audit
from core.models import Person


@transaction.atomic
def tick_task(task: Task, *, by: Person, note: str, now: datetime) -> bool:
    """False if somebody has ticked it already; then that stays."""
    _tick, is_new = ChecklistTick.objects.get_or_create(task=task.key, defaults={"by": by, "at": now, "note": note})
    if is_new:
        audit.record(by, "tick task", _name(task), note=note)
    return is_new


@transaction.atomic
def untick_task(task: Task, *, by: Person) -> bool:
    """False if it is not ticked."""
    tick = ChecklistTick.objects.filter(task=task.key).select_related("by").first()
    if tick is None:
        return False
    tick.delete()
    audit.record(by, "untick task", _name(task), ticked_by=tick.by.get_username(), ticked_at=tick.at.isoformat())
    return True


def _name(task: Task) -> str:
    """As it is recorded: in English, whoever ticks."""
    with translation.override("en"):
        return str(task.title)
