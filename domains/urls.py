from django.urls import path

from domains import views, wizard_views
from domains.mail import views as mail_views

app_name = "domains"
urlpatterns = [
    path("", views.domain_list, name="list"),
    path("new/", wizard_views.new, name="new"),
    path("<int:domain_id>/", views.detail, name="detail"),
    path("<int:domain_id>/setup/<slug:slug>/", wizard_views.setup, name="setup"),
    path("<int:domain_id>/mail/", mail_views.mail, name="mail"),
    path("<int:domain_id>/check/", views.check, name="check"),
    path("<int:domain_id>/source-hosts/", views.source_hosts, name="source-hosts"),
    path("<int:domain_id>/remove/", views.remove, name="remove"),
]
