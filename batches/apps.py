from django.apps import AppConfig

from core import audit_words


class BatchesConfig(AppConfig):
    name = "batches"

    def ready(self) -> None:
        from batches import field_help
        from batches.activity_words import DETAILS, SENTENCES, VALUES
        from batches.domain_news import news_of_domain
        from batches.figures import mailboxes_by_domain
        from batches.models import MigrationBatch, MigrationUser
        from batches.words import BATCH_HELP, USER_HELP
        from core import help
        from domains.listing import count_by
        from domains.mail.evidence import tell_by

        audit_words.say_fields(MigrationBatch)
        audit_words.say_fields(MigrationUser)
        audit_words.say(SENTENCES, DETAILS, VALUES)
        help.register("batch-status", BATCH_HELP, more="reference/statuses/#migration-batch")
        help.register("user-status", USER_HELP, more="reference/statuses/#migration-user")
        field_help.register()
        count_by(mailboxes_by_domain)
        tell_by(news_of_domain)
