"""How long the history of looks at the DNS is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from domains.models import DnsCheck

CHECKS_KEPT = timedelta(days=365)


def wipe_expired(now: datetime) -> None:
    """Rows of more than a year ago, but for the newest of each kind of a domain. They are public knowledge: nobody is told."""
    newest = DnsCheck.objects.order_by().values("domain", "kind").annotate(newest=Max("pk")).values("newest")
    DnsCheck.objects.filter(last_at__lt=now - CHECKS_KEPT).exclude(pk__in=newest).delete()
