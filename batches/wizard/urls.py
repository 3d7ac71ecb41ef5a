from django.urls import path

from batches.wizard import summary_views, views

DRAFT = "<int:draft_id>/"

urlpatterns = [
    path("", views.start, name="wizard-start"),
    path("sample/<slug:migration_type>.csv", views.sample, name="wizard-sample"),
    path(DRAFT + "corrected.csv", views.corrected, name="wizard-corrected"),
    path(DRAFT + "leave/", views.leave, name="wizard-leave"),
    path(DRAFT + "discard/", views.discard, name="wizard-discard"),
    path(DRAFT + "summary/", summary_views.summary, name="wizard-summary"),
    path(DRAFT + "summary/try/", summary_views.pre_check, name="wizard-pre-check"),
    path(DRAFT + "<slug:slug>/", views.step, name="wizard-step"),
]
