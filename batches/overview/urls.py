from django.urls import path

from batches.overview import views

app_name = "overview"
urlpatterns = [
    path("", views.start, name="start"),
    path("throughput/", views.throughput, name="throughput"),
    path("tasks/<slug:key>/tick/", views.tick, name="tick"),
    path("tasks/<slug:key>/untick/", views.untick, name="untick"),
]
