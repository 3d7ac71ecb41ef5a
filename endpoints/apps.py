from django.apps import AppConfig

from core import audit_words
from endpoints.activity_words import DETAILS, SENTENCES


class EndpointsConfig(AppConfig):
    name = "endpoints"

    def ready(self) -> None:
        from endpoints import field_help

        audit_words.say(SENTENCES, DETAILS)
        field_help.register()
