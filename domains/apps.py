from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "domains"

    def ready(self) -> None:
        from core import audit_words, settings_forms
        from domains import field_help
        from domains.activity_words import DETAILS, SENTENCES, VALUES
        from domains.settings_form import DomainsForm

        audit_words.say(SENTENCES, DETAILS, VALUES)
        field_help.register()
        settings_forms.SECTIONS["domains"] = DomainsForm
