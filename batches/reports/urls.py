from __future__ import annotations

from django.urls import URLPattern, path

from batches.reports import views
from batches.reports.offered import REPORTS


def downloads(prefix: str = "") -> list[URLPattern]:
    """A URL for each report in each of its forms: ``statistics`` is the CSV, ``statistics-xlsx`` the workbook."""
    return [
        path(
            f"{prefix}{report.file}.{ending}",
            views.download,
            {"name": name, "ending": ending},
            name=name if ending == "csv" else f"{name}-{ending}",
        )
        for name, report in REPORTS.items()
        for ending in report.endings
    ]


app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("skipped/", views.skipped, name="skipped"),
    path("diagnostics.zip", views.diagnostics, name="diagnostics"),
    *downloads(),
]
