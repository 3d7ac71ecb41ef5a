"""What the syncs of batches tell about mail that still arrives at the source, by domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Count, Max
from django.urls import reverse

from batches import census
from batches.models import MigrationUser
from core.kept import Kept
from domains.mail.evidence import BatchNews


def news_of_domain(domain: str) -> Sequence[BatchNews]:
    """Of the batches on the list, by name."""
    return _by_domain().get(domain, ())


def _find() -> Mapping[str, Sequence[BatchNews]]:
    users = MigrationUser.objects.filter(batch__deleted_at=None).order_by("batch__name")
    rows = users.values_list("domain", "batch__name", "batch").annotate(
        Count("pk"), Max("last_new_items_at"), Max("last_synced_at")
    )
    found: dict[str, list[BatchNews]] = defaultdict(list)
    for domain, name, batch, mailboxes, last_new, last_synced in rows:
        found[domain].append(BatchNews(name, reverse("batches:detail", args=[batch]), mailboxes, last_new, last_synced))
    return found


def _mailboxes(found: Mapping[str, Sequence[BatchNews]]) -> int:
    return sum(news.mailboxes for batches in found.values() for news in batches)


_by_domain = Kept(_find, seconds=lambda found: census.seconds(_mailboxes(found)))
