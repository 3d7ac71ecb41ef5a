from django.apps import AppConfig

from core import audit_words
from endpoints.activity_words import DETAILS, SENTENCES


class EndpointsConfig(AppConfig):
    name = "endpoints"

    def ready(self) -> None:
        from core import help
        from endpoints.field_help import FIELD_HELP

        audit_words.say(SENTENCES, DETAILS)
        help.register("endpoint", FIELD_HELP, more="endpoints/#what-a-server-has-enough-of")
