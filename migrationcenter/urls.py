"""The site map."""

from django.urls import include, path

from batches.figures import mailboxes_by_domain

urlpatterns = [
    path("", include("core.urls")),
    path("overview/", include("batches.overview.urls")),
    path("batches/", include("batches.urls")),
    path("endpoints/", include("endpoints.urls")),
    path("reports/", include("batches.reports.urls")),
    path("guide/", include("core.guide.urls")),
    path("notifications/", include("notifications.urls")),
    path("domains/", include("domains.urls"), {"count_mailboxes": mailboxes_by_domain}),
]
