from django.apps import AppConfig

from batches.activity_words import DETAILS, SENTENCES
from core import audit_words


class BatchesConfig(AppConfig):
    name = "batches"

    def ready(self) -> None:
        audit_words.say(SENTENCES, DETAILS)
