"""Whether a batch may be deleted: for everybody who wonders, and live within the question."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from batches.deletion.asking import EVERY
from batches.deletion.services import gates_of
from batches.models import MigrationBatch
from core.http import render_page


@require_GET
def standing(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    context = {"batch": batch, "gates": gates_of(batch), "pace": EVERY, "asking": "asking" in request.GET}
    return render_page(request, "batches/deletion/page.html", context, partial="gates")
