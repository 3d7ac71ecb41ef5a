"""Links to the files of reports."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from batches.models import MigrationBatch
from batches.reports.offered import REPORTS
from batches.words import SKIPPED_KINDS

register = template.Library()


@register.inclusion_tag("reports/forms.html")
def report_forms(name: str, batch: MigrationBatch | None = None) -> dict[str, Any]:
    """A report of a batch, or of all batches, in each of its forms."""
    report = REPORTS[name]
    site, about, before = ("batches", [batch.pk], f"{batch.name}-") if batch else ("reports", [], "")
    links = [
        {
            "form": ending.upper(),
            "file": f"{before}{report.file}",
            "url": reverse(f"{site}:{name if ending == 'csv' else f'{name}-{ending}'}", args=about),
        }
        for ending in report.endings
    ]
    return {"links": links}


@register.filter
def skipped_kind(kind: str) -> str:
    """``too_large`` in words."""
    return str(SKIPPED_KINDS.get(kind, kind))
