from django.urls import path

from migrationcenter.demo.control_panel import views

app_name = "demo"
urlpatterns = [
    path("", views.records, name="records"),
    path("<slug:key>/", views.edit, name="edit"),
    path("<slug:key>/delete/", views.delete, name="delete"),
]
