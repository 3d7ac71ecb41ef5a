"""The site map."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("batches/", include("batches.urls")),
    path("endpoints/", include("endpoints.urls")),
    path("domains/", include("domains.urls")),
]
