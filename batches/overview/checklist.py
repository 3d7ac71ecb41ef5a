"""The checklist: the tasks of a migration in order, each with the state that the system found out by itself.

What nobody here can see is done by hand and ticked by a person; a tick never stands in for something that was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from batches.models import ChecklistTick
from batches.overview.situation import Situation


class State(models.TextChoices):
    DONE = "done", _("Done")
    IN_PROGRESS = "in_progress", _("In progress")
    ATTENTION = "attention", _("Needs attention")
    NOT_STARTED = "not_started", _("Not started")
    BY_HAND = "by_hand", _("By hand")
    TICKED = "ticked", _("Ticked by hand")


TONES: Mapping[str, str] = {
    State.DONE: "success",
    State.IN_PROGRESS: "info",
    State.ATTENTION: "warning",
    State.NOT_STARTED: "neutral",
    State.BY_HAND: "neutral",
    State.TICKED: "neutral",
}
ICONS: Mapping[str, str] = {
    State.DONE: "success",
    State.IN_PROGRESS: "sync",
    State.ATTENTION: "warning",
    State.NOT_STARTED: "clock",
    State.BY_HAND: "person",
    State.TICKED: "person",
}


@dataclass(frozen=True, slots=True)
class Action:
    """The button that does a task or leads to where it is done. Some are only for administrators."""

    label: str | Promise
    url: str
    for_administrators: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """What the system sees of a task: a sentence with the figures behind it."""

    state: State
    words: str
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """``explain`` looks and says. ``steps`` are what a person does outside the product; only a task that has some can be
    ticked."""

    key: str
    title: Promise
    explain: Callable[[Situation], Finding]
    steps: Sequence[Promise] = ()
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A task as the page shows it. ``number`` is None for those that may be left out."""

    task: Task
    number: int | None
    finding: Finding
    tick: ChecklistTick | None

    @property
    def state(self) -> State:
        return State.TICKED if self.is_ticked else self.finding.state

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def is_ticked(self) -> bool:
        """Somebody's word counts only where the system can not tell."""
        return self.tick is not None and self.finding.state == State.BY_HAND

    @property
    def can_be_ticked(self) -> bool:
        return self.finding.state == State.BY_HAND and self.tick is None

    @property
    def is_done(self) -> bool:
        return self.state in {State.DONE, State.TICKED}


@dataclass(frozen=True, slots=True)
class Checklist:
    lines: Sequence[Line]

    @property
    def total(self) -> int:
        """The tasks that have to be done."""
        return sum(line.number is not None for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.number is not None and line.is_done for line in self.lines)

    @property
    def next(self) -> Line | None:
        """The first task that has to be done and is not."""
        return next((line for line in self.lines if line.number is not None and not line.is_done), None)


def checklist(tasks: Sequence[Task], found: Situation) -> Checklist:
    """The tasks with their states; one query."""
    ticks = {tick.task: tick for tick in ChecklistTick.objects.select_related("by")}
    return Checklist(list(_lines(tasks, found, ticks)))


def _lines(tasks: Sequence[Task], found: Situation, ticks: Mapping[str, ChecklistTick]) -> Sequence[Line]:
    lines, number = [], 0
    for task in tasks:
        number += not task.is_optional
        shown = None if task.is_optional else number
        lines.append(Line(task, shown, task.explain(found), ticks.get(task.key)))
    return lines
