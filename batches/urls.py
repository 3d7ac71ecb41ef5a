from django.urls import include, path

from batches import bulk_user_views, bulk_views, command_views, item_views, search_views, settings_views, views
from batches.adding import views as adding_views
from batches.bulk_commands import BULK_USER_COMMANDS
from batches.commands import BATCH_COMMANDS, USER_COMMANDS
from batches.deletion import views as deletion_views
from batches.reports import urls as report_urls
from batches.reports import views as report_views
from batches.verification import views as verification_views

BATCH = "<int:batch_id>/"
USER = BATCH + "users/<int:user_id>/"

app_name = "batches"
urlpatterns = [
    path("", views.batch_list, name="list"),
    path("search/", search_views.search, name="search"),
    path("new/", include("batches.wizard.urls")),
    *(
        path(f"selected/{name}/", bulk_views.command_batches, {"name": name}, name=f"selected-{name}")
        for name in BATCH_COMMANDS
    ),
    path(BATCH, views.detail, name="detail"),
    *(
        path(
            f"{BATCH}{name}/",
            command_views.asked_batch if command.asks else command_views.command_batch,
            {"name": name},
            name=name,
        )
        for name, command in BATCH_COMMANDS.items()
    ),
    path(BATCH + "deletion/", deletion_views.standing, name="deletion"),
    path(BATCH + "settings/", settings_views.settings, name="settings"),
    *report_urls.downloads(BATCH),
    path(BATCH + "users/", views.users, name="users"),
    *(
        path(
            f"{BATCH}users/selected/{name}/",
            bulk_user_views.command_users,
            {"name": name},
            name=f"selected-users-{name}",
        )
        for name in BULK_USER_COMMANDS
    ),
    path(BATCH + "users/selected/move/", bulk_user_views.move_users, name="selected-users-move"),
    path(BATCH + "users/add/", adding_views.upload, name="add-users"),
    path(BATCH + "users/add/now/", adding_views.add, name="add-users-now"),
    path(BATCH + "users/add/discard/", adding_views.discard, name="add-users-discard"),
    path(BATCH + "from-failed/", adding_views.from_failed, name="from-failed"),
    path(BATCH + "files/<int:file_id>.csv", adding_views.download, name="file"),
    path(USER, views.user, name="user"),
    path(USER + "sign-in/", adding_views.sign_in, name="user-sign-in"),
    *(
        path(
            f"{USER}{name}/",
            command_views.asked_user if command.asks else command_views.command_user,
            {"name": name},
            name=f"user-{name}",
        )
        for name, command in USER_COMMANDS.items()
    ),
    path(USER + "items/<int:item_id>.eml", item_views.item_original, name="item-original"),
    path(USER + "items/<int:item_id>/retry/", item_views.item_retry, name="item-retry"),
    path(BATCH + "verify/", verification_views.verify_batch, name="verify"),
    path(BATCH + "verify/stop/", verification_views.stop_batch, name="verify-stop"),
    path(BATCH + "evidence.zip", verification_views.batch_evidence, name="evidence"),
    path(USER + "verify/", verification_views.verify_user, name="user-verify"),
    path(USER + "verify/stop/", verification_views.stop_user, name="user-verify-stop"),
    path(USER + "evidence.zip", verification_views.user_evidence, name="user-evidence"),
    path(USER + "log/", views.user_log, name="user-log"),
    path(USER + "report.txt", report_views.user_report, name="user-report"),
]
