from django.urls import path

from endpoints import bulk_views, views, wizard_views

app_name = "endpoints"
urlpatterns = [
    path("", views.list_endpoints, name="list"),
    path("new/", wizard_views.new, name="new"),
    path("new/<int:draft_id>/discard/", wizard_views.discard, name="discard"),
    path("new/<int:draft_id>/<slug:slug>/", wizard_views.step, name="wizard"),
    path("sign-in-preview/", wizard_views.sign_in_preview, name="sign-in-preview"),
    path("port/", wizard_views.port_field, name="port"),
    path("selected/delete/", bulk_views.delete_selected, name="selected-delete"),
    path("<int:endpoint_id>/", views.detail, name="detail"),
    path("<int:endpoint_id>/created/", views.created, name="created"),
    path("<int:endpoint_id>/edit/", views.edit, name="edit"),
    path("<int:endpoint_id>/test/", views.test, name="test"),
    path("<int:endpoint_id>/trust-certificate/", views.trust_certificate, name="trust-certificate"),
    path("default-target/", views.choose_default_target, name="choose-default-target"),
    path("<int:endpoint_id>/make-default-target/", views.make_default_target, name="make-default-target"),
    path("<int:endpoint_id>/delete/", views.delete, name="delete"),
]
