"""The page of reports, what was left behind, and the files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from batches.figures import batch_rows
from batches.listing import PER_PAGE, Wish, users_without_secrets
from batches.models import MigrationBatch, SkippedItem
from batches.reports import user_report as of_user
from batches.reports.as_workbook import workbook
from batches.reports.bundle import bundle
from batches.reports.offered import REPORTS
from batches.verification.standing import batches_with_evidence
from batches.words import SKIPPED_KINDS
from core import audit
from core.as_text import csv_lines, json_lines
from core.downloads import download_octets, download_text
from core.http import render_page
from core.roles import administrators_only, downloaders_only, signed_in_person

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@downloaders_only
def index(request: HttpRequest) -> HttpResponse:
    """All batches that ever were, by name: their history stays."""
    wish = Wish.of(request.GET)
    batches = MigrationBatch.objects.filter(name__icontains=wish.search).order_by("name", "pk")
    page = Paginator(batches, PER_PAGE).get_page(wish.page)
    rows = batch_rows(page.object_list, now=timezone.now())
    context = {"page": page, "rows": rows, "wish": wish, "with_evidence": batches_with_evidence(page.object_list)}
    return render_page(request, "reports/index.html", context, partial="batch-reports")


@require_GET
@downloaders_only
def skipped(request: HttpRequest) -> HttpResponse:
    """What was left behind, the newest first; ``kind``, ``batch`` and ``q`` (a part of the address) narrow it."""
    wish, number = Wish.of(request.GET), request.GET.get("batch", "")
    kind = kind if (kind := request.GET.get("kind", "")) in SKIPPED_KINDS else ""
    batch = get_object_or_404(MigrationBatch, pk=number) if number.isascii() and number.isdecimal() else None
    wanted = Q(user__address__icontains=wish.search) if wish.search else Q()
    wanted &= Q(kind=kind) if kind else Q()
    wanted &= Q(user__batch=batch) if batch else Q()
    items = SkippedItem.objects.filter(wanted).select_related("user__batch").order_by("-pk")
    page = Paginator(items.defer("user__source_password", "user__target_password"), PER_PAGE).get_page(wish.page)
    context = {"page": page, "wish": wish, "kind": kind, "batch": batch, "kinds": SKIPPED_KINDS.items()}
    return render_page(request, "reports/skipped.html", context, partial="item-table")


@require_GET
@downloaders_only
def download(request: HttpRequest, name: str, ending: str, batch_id: int | None = None) -> StreamingHttpResponse:
    """A report of one batch or of all, as a file. Who took it is written down: it tells of people's mail."""
    report, batch = REPORTS[name], get_object_or_404(MigrationBatch, pk=batch_id) if batch_id else None
    file = f"{batch.name}-{report.file}.{ending}" if batch else f"{report.file}.{ending}"
    audit.record(signed_in_person(request), "download report", file)
    rows = report.rows(batch)
    if ending == "xlsx":
        return download_octets(workbook(report.file, report.columns, rows), file, kind=WORKBOOK)
    if ending == "json":
        return download_text(json_lines(report.columns, rows), file, kind="application/json")
    return download_text(csv_lines(report.columns, rows), file, kind="text/csv")


@require_GET
@downloaders_only
def user_report(request: HttpRequest, batch_id: int, user_id: int) -> StreamingHttpResponse:
    users = users_without_secrets().select_related("batch__source", "batch__target")
    user = get_object_or_404(users, pk=user_id, batch=batch_id)
    file = f"{user.address}-report.txt"
    audit.record(signed_in_person(request), "download report", file)
    return download_text(of_user.user_report(user), file, kind="text/plain")


@require_GET
@administrators_only
def diagnostics(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that who is to help wants to know, and no secret."""
    audit.record(signed_in_person(request), "download diagnostics", "diagnostics.zip")
    return download_octets(bundle(timezone.now()), "diagnostics.zip", kind="application/zip")
