"""What workers do for domains. A pass may run twice or get lost: the database knows what is due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from domains.passes import check_due


@shared_task  # type: ignore[untyped-decorator]
def check_domains() -> None:
    """Ask the name servers about the domains that are due."""
    check_due(now=timezone.now)
