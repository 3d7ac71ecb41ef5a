"""The Activity page: who did what, when and from where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.activity import ActivityFilter, page_of
from core.http import render_page
from core.roles import auditors_only


@require_GET
@auditors_only
def activity(request: HttpRequest) -> HttpResponse:
    form = ActivityFilter(request.GET)
    page = page_of(form.entries(), request.GET.get("before", ""))
    return render_page(request, "core/activity.html", {"form": form, "page": page}, partial="activity-table")
