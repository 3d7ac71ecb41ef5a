from django.apps import AppConfig

from core import audit_words
from notifications.activity_words import DETAILS, SENTENCES


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import field_help

        audit_words.say(SENTENCES, DETAILS)
        field_help.register()
