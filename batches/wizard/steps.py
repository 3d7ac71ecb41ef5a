"""The steps of describing a batch, and how the description becomes one. The draft is a row: leaving loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from batches import services
from batches.models import BatchDraft, MigrationBatch, StartMode
from batches.uploads import keep_upload
from batches.wizard.checks import obstacles
from batches.wizard.file import read_file
from core.models import Person


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the wizard. ``done`` says whether the draft holds what the page asks for."""

    slug: str
    title: str | Promise
    done: Callable[[BatchDraft], bool]


STEPS = (
    Step("type", _("Migration type"), lambda draft: draft.pk is not None),
    Step("users", _("Users"), lambda draft: draft.mailbox_count > 0),
    Step("endpoints", _("Migration endpoints"), lambda draft: bool(draft.source_id and draft.target_id)),
    Step("configuration", _("Configuration"), lambda draft: bool(draft.name)),
    Step("start", _("Schedule"), lambda draft: draft.scheduled),
    Step("summary", _("Check your answers"), lambda draft: False),
)
SLUGS = tuple(step.slug for step in STEPS)


def step_named(slug: str) -> Step:
    return STEPS[SLUGS.index(slug)]


def first_open(draft: BatchDraft) -> Step:
    """The first step that is not done: nobody gets further than that."""
    return next(step for step in STEPS if not step.done(draft))


def may_open(draft: BatchDraft, step: Step) -> bool:
    return SLUGS.index(step.slug) <= SLUGS.index(first_open(draft).slug)


def after(step: Step) -> Step:
    return STEPS[SLUGS.index(step.slug) + 1]


def on(draft: BatchDraft, step: Step, *, changing: bool) -> Step:
    """Where to go on after ``step``; from a change of one answer back to all of them, if all are still given."""
    return first_open(draft) if changing else after(step)


def before(step: Step) -> Step | None:
    place = SLUGS.index(step.slug)
    return STEPS[place - 1] if place else None


def create_batch(draft_id: int, *, by: Person) -> MigrationBatch:
    """Make a batch of the draft, which is gone then. Nothing that was found right before is believed now.

    Raises services.NotNow if anything keeps it from being created, and BatchDraft.DoesNotExist if ``by`` has no such
    draft, for instance because the button was pressed twice.
    """
    with transaction.atomic():
        draft = BatchDraft.objects.select_for_update().get(pk=draft_id, by=by, adds_to=None)
        file = read_file(draft)
        if obstacle := next(obstacles(draft, file, now=timezone.now()), None):
            raise services.NotNow(obstacle.sentence)
        if draft.takes_from:
            services.release_failed(draft.takes_from, [row.address for row in file.rows], to=draft.name, by=by)
        batch = services.create_batch(by=by, settings=draft, rows=file.rows, start=StartMode(draft.start))
        keep_upload(batch, draft, file, by=by)
        draft.delete()
    return batch
