"""Links to reports and to what they are about."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from batches.models import MigrationBatch
from batches.reports.offered import REPORTS
from batches.words import SKIPPED_KINDS
from core.links import form, link

register = template.Library()


@register.simple_tag
def report_forms(name: str, batch: MigrationBatch | None = None) -> SafeString:
    """A report of a batch, or of all batches, in each of its forms."""
    return format_html(_forms(name, of_batch=True), batch.pk, batch.name) if batch else _forms(name, of_batch=False)


@cache
def _forms(name: str, *, of_batch: bool) -> SafeString:
    """Of a batch: with ``{0}`` in place of its key and ``{1}`` of its name."""
    report = REPORTS[name]
    site, numbers, before = ("batches", 1, "{1}-") if of_batch else ("reports", 0, "")
    links = format_html_join(
        " · ",
        '<a href="{}" download>{}<span class="visually-hidden"> {}</span></a>',
        (
            (
                form(f"{site}:{name if ending == 'csv' else f'{name}-{ending}'}", numbers),
                ending.upper(),
                before + report.file,
            )
            for ending in report.endings
        ),
    )
    return format_html('<span class="forms">{}</span>', links)


@register.simple_tag
def look_at_skipped(batch: MigrationBatch) -> SafeString:
    """A link to the list of a batch's skipped items."""
    return format_html(
        '<a href="{}?batch={}">{}<span class="visually-hidden"> {}</span></a>',
        link("reports:skipped"),
        str(batch.pk),
        _("Look"),
        _("at the skipped items of %(name)s") % {"name": batch.name},
    )


@register.filter
def skipped_kind(kind: str) -> str:
    """``too_large`` in words."""
    return str(SKIPPED_KINDS.get(kind, kind))
