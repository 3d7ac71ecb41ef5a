"""The site map of the demo: that of the product, and the control panel of its DNS host."""

from django.urls import include, path

from migrationcenter.urls import handler500
from migrationcenter.urls import urlpatterns as product

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [*product, path("demo/dns/", include("migrationcenter.demo.control_panel.urls"))]
