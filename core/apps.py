from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import audit_words, field_help
        from core.models import OrganizationSettings, Person

        audit_words.say_fields(OrganizationSettings)
        audit_words.say_fields(Person)
        field_help.register()
