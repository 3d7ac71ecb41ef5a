from django.apps import AppConfig

from core import audit_words
from endpoints.activity_words import DETAILS, SENTENCES


class EndpointsConfig(AppConfig):
    name = "endpoints"

    def ready(self) -> None:
        audit_words.say(SENTENCES, DETAILS)
