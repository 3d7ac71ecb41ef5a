"""The Activity page: who did what, when and from where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from core import audit
from core.activity import COLUMNS, ActivityFilter, page_of, rows
from core.as_text import csv_lines
from core.downloads import download_text
from core.http import render_page
from core.roles import auditors_only, signed_in_person


@require_GET
@auditors_only
def activity(request: HttpRequest) -> HttpResponse:
    form = ActivityFilter(request.GET)
    page = page_of(form.entries(), request.GET.get("before", ""))
    return render_page(request, "core/activity.html", {"form": form, "page": page}, partial="activity-table")


@require_GET
@auditors_only
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All that fits the filter of the page, as CSV."""
    found = ActivityFilter(request.GET).entries()
    audit.record(signed_in_person(request), "export activity", request.GET.urlencode() or "everything")
    return download_text(csv_lines(COLUMNS, rows(found)), "Activity.csv", kind="text/csv")
