from django.urls import path

from notifications import views, webhook_views

app_name = "notifications"
urlpatterns = [
    path("", views.index, name="index"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read, name="read"),
    path("mails/", views.mails, name="mails"),
    path("mails/<int:mail_id>/", views.mail, name="mail"),
    path("mails/<int:mail_id>/retry/", views.retry_mail, name="mail-retry"),
    path("webhooks/", webhook_views.webhook_list, name="webhooks"),
    path("webhooks/new/", webhook_views.new, name="webhook-new"),
    path("webhooks/<int:webhook_id>/", webhook_views.detail, name="webhook"),
    path("webhooks/<int:webhook_id>/test/", webhook_views.test, name="webhook-test"),
    path("webhooks/<int:webhook_id>/switch/", webhook_views.switch, name="webhook-switch"),
    path("webhooks/<int:webhook_id>/delete/", webhook_views.delete, name="webhook-delete"),
]
