"""What the pages of the wizard have in common: whose draft it is, where its steps are, how one is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy

from batches.models import BatchDraft
from batches.wizard import steps
from batches.wizard.draft_form import DraftForm
from batches.wizard.steps import Step
from core.http import see_other
from core.roles import signed_in_person

CHANGE = "?change"  # of one answer: back to all of them afterwards
IS_FINISHED = gettext_lazy("This description is finished: its batch has been created, or it was thrown away.")


def is_change(request: HttpRequest) -> bool:
    """Whether one answer is changed, and all of them are to be looked at again afterwards."""
    return "change" in request.GET


def own_draft(request: HttpRequest, draft_id: int) -> BatchDraft:
    """Others' drafts do not exist. The file, large and secret, is only read where it is asked for."""
    drafts = BatchDraft.objects.select_related("source", "target", "by", "takes_from").defer("csv")
    return get_object_or_404(drafts, pk=draft_id, by=signed_in_person(request))


def leading_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page of a draft: who comes back to one that has become a batch is led to the list of them."""

    @wraps(view)
    def led(request: HttpRequest, draft_id: int, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, draft_id, **kwargs)
        except Http404:
            if BatchDraft.objects.filter(pk=draft_id).exists():
                raise
        messages.info(request, IS_FINISHED)
        return see_other(reverse("batches:list"))

    return led


def address_of(draft: BatchDraft, step: Step) -> str:
    return reverse("batches:wizard-step", args=[draft.pk, step.slug])


def show(
    request: HttpRequest, draft: BatchDraft, here: Step, context: dict[str, Any], form: DraftForm | None = None
) -> HttpResponse:
    """The page of a step. Browsers keep none of them: they tell of mailboxes and servers."""
    frame = {
        "form": form,
        "draft": draft,
        "here": here,
        "back": _back(request, draft, here),
        "change": CHANGE if is_change(request) else "",
        "rail": [
            (step, draft.pk is not None and steps.may_open(draft, step), step.done(draft)) for step in steps.STEPS
        ],
    }
    response = render(request, f"batches/wizard/{here.slug}.html", frame | context)
    add_never_cache_headers(response)
    return response


def _back(request: HttpRequest, draft: BatchDraft, here: Step) -> str:
    before = steps.STEPS[-1] if is_change(request) else steps.before(here)
    return address_of(draft, before) if before and draft.pk else ""
