"""Downloads: statistics and errors of a batch, the report of a user. For managers and administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from batches import reports
from batches.listing import users_without_secrets
from batches.models import MigrationBatch
from core.http import streamed
from core.roles import downloaders_only

NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f\x7f]")  # what no system takes; addresses and names stay as they are


@require_GET
@downloaders_only
def statistics(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    return _download(request, reports.statistics(batch), "text/csv", f"{batch.name}-MigrationStatistics.csv")


@require_GET
@downloaders_only
def errors(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    return _download(request, reports.errors(batch), "text/csv", f"{batch.name}-MigrationErrors.csv")


@require_GET
@downloaders_only
def user_report(request: HttpRequest, batch_id: int, user_id: int) -> StreamingHttpResponse:
    users = users_without_secrets().select_related("batch__source", "batch__target")
    user = get_object_or_404(users, pk=user_id, batch=batch_id)
    return _download(request, reports.user_report(user), "text/plain", f"{user.address}-report.txt")


def _download(request: HttpRequest, lines: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    """Lines as they are read from the database; a browser stores them and never shows them as a page."""
    response = StreamingHttpResponse(streamed(request, lines), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = str(content_disposition_header(True, NO_FILE_NAME.sub("_", name)))
    response.headers["Cache-Control"] = "no-store"
    return response
