from django.apps import AppConfig

from core import audit_words
from endpoints.activity_words import DETAILS, SENTENCES, VALUES


class EndpointsConfig(AppConfig):
    name = "endpoints"

    def ready(self) -> None:
        from endpoints import field_help
        from endpoints.models import MigrationEndpoint

        audit_words.say_fields(MigrationEndpoint)
        audit_words.say(SENTENCES, DETAILS, VALUES)
        field_help.register()
