from django.urls import path

from batches import wizard_summary_views, wizard_views

DRAFT = "<int:draft_id>/"

urlpatterns = [
    path("", wizard_views.start, name="wizard-start"),
    path("sample/<slug:migration_type>.csv", wizard_views.sample, name="wizard-sample"),
    path(DRAFT + "corrected.csv", wizard_views.corrected, name="wizard-corrected"),
    path(DRAFT + "leave/", wizard_views.leave, name="wizard-leave"),
    path(DRAFT + "discard/", wizard_views.discard, name="wizard-discard"),
    path(DRAFT + "summary/", wizard_summary_views.summary, name="wizard-summary"),
    path(DRAFT + "summary/try/", wizard_summary_views.pre_check, name="wizard-pre-check"),
    path(DRAFT + "<slug:slug>/", wizard_views.step, name="wizard-step"),
]
