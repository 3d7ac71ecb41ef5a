from django.urls import path

from core import activity_views, settings_views, views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("preferences/", views.preferences, name="preferences"),
    path("activity/", activity_views.activity, name="activity"),
    path("settings/", settings_views.settings_section, name="settings"),
    path("settings/<slug:section>/", settings_views.settings_section, name="settings-section"),
    path("healthz", views.healthz, name="healthz"),
]
