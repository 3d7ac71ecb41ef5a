"""What workers do every few seconds. A tick that gets lost is made up for by the next one."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notifications import mails, watching, watching_domains, webhooks


@shared_task  # type: ignore[untyped-decorator]
def look() -> None:
    """See what has happened to the batches and domains."""
    now = timezone.now()
    watching.look(now)
    watching_domains.look(now)


@shared_task  # type: ignore[untyped-decorator]
def send_mails() -> None:
    mails.send_mails(timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def call_webhooks() -> None:
    webhooks.call_webhooks(timezone.now())
