from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "domains"

    def ready(self) -> None:
        from core import audit_words
        from domains import field_help
        from domains.activity_words import DETAILS, SENTENCES

        audit_words.say(SENTENCES, DETAILS)
        field_help.register()
