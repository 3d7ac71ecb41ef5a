from django.urls import path

from core import account_views, activity_views, openid_views, people_views, settings_views, two_factor_views, views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/code/", two_factor_views.second_step_page, name="second-step"),
    path("sign-in/openid/", openid_views.leave, name="openid"),
    path("sign-in/openid/back/", openid_views.come_back, name="openid-callback"),
    path("join/<str:uid>/<str:token>/", account_views.join, name="join"),
    path("account/", account_views.account, name="account"),
    path("account/two-factor/", two_factor_views.overview, name="two-factor"),
    path("account/two-factor/start/", two_factor_views.start, name="two-factor-start"),
    path("account/two-factor/qr.svg", two_factor_views.qr_code, name="two-factor-qr"),
    path("account/two-factor/confirm/", two_factor_views.confirm, name="two-factor-confirm"),
    path("account/two-factor/<slug:what>/", two_factor_views.change, name="two-factor-change"),
    path("account/password/", account_views.change_password, name="change-password"),
    path("account/sign-out-elsewhere/", account_views.end_other_sessions, name="end-other-sessions"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("preferences/", views.preferences, name="preferences"),
    path("look/", views.look, name="look"),
    path("activity/", activity_views.activity, name="activity"),
    path("activity/export/", activity_views.export, name="activity-export"),
    path("settings/", settings_views.settings_section, name="settings"),
    path("settings/people/", people_views.list_people, name="people"),
    path("settings/people/invite/", people_views.invite, name="invite"),
    path("settings/people/<int:person_id>/", people_views.person_details, name="person"),
    path("settings/people/<int:person_id>/mail-link/", people_views.mail_link, name="mail-link"),
    path("settings/people/<int:person_id>/role/", people_views.change_role, name="change-role"),
    path("settings/people/<int:person_id>/<slug:name>/", people_views.person_command, name="person-command"),
    path("settings/<slug:section>/", settings_views.settings_section, name="settings-section"),
    path("healthz", views.healthz, name="healthz"),
]
