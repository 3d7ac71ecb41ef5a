"""The site map."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("overview/", include("batches.overview.urls")),
    path("batches/", include("batches.urls")),
    path("endpoints/", include("endpoints.urls")),
    path("reports/", include("batches.reports.urls")),
    path("guide/", include("core.guide.urls")),
    path("notifications/", include("notifications.urls")),
    path("domains/", include("domains.urls")),
]

handler500 = "core.outages.broken"
