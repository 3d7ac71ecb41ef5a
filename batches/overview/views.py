"""The start page, its chart, and ticking what is done by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from batches.overview.attention import attention
from batches.overview.chart import SPANS, chart
from batches.overview.checklist import Task, checklist
from batches.overview.situation import situation
from batches.overview.tasks import BY_KEY, TASKS
from batches.overview.ticks import tick_task, untick_task
from batches.pace import pace
from core.http import render_page, see_other
from core.roles import administrators_only, signed_in_person

MOST_OFTEN = 5  # seconds: it sums up all mailboxes
NOTE_LENGTH = 500


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = situation(signed_in_person(request), now)
    seconds = pace((row.outline for row in found.rows), now)
    context = _chart(request) | {
        "found": found,
        "checklist": checklist(TASKS, found),
        "troubles": attention(found),
        "pace": max(seconds, MOST_OFTEN) if seconds else None,
    }
    return render_page(request, "overview/start.html", context, partial="overview-news")


@require_GET
def throughput(request: HttpRequest) -> HttpResponse:
    return render_page(request, "overview/throughput.html", _chart(request), partial="throughput-chart")


def _chart(request: HttpRequest) -> dict[str, Any]:
    span = SPANS.get(request.GET.get("span", ""), SPANS["hour"])
    return {"chart": chart(span, timezone.now()), "spans": SPANS.values()}


@require_POST
@administrators_only
def tick(request: HttpRequest, key: str) -> HttpResponse:
    note = request.POST.get("note", "").replace("\0", "").strip()[:NOTE_LENGTH]
    if not tick_task(_task(key), by=signed_in_person(request), note=note, now=timezone.now()):
        messages.info(request, _("Somebody has ticked this task already."))
    return see_other(_address_of(key))


@require_POST
@administrators_only
def untick(request: HttpRequest, key: str) -> HttpResponse:
    if not untick_task(_task(key), by=signed_in_person(request)):
        messages.info(request, _("This task is not ticked any more."))
    return see_other(_address_of(key))


def _task(key: str) -> Task:
    task = BY_KEY.get(key)
    if task is None or not task.steps:
        raise Http404
    return task


def _address_of(key: str) -> str:
    return reverse("overview:start") + f"#task-{key}"
