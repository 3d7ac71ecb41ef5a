from django.apps import AppConfig

from core import audit_words
from notifications.activity_words import DETAILS, SENTENCES


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        audit_words.say(SENTENCES, DETAILS)
