"""Which batches use an endpoint. Batches know endpoints and not the other way round, so this asks the relations."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from endpoints.models import AvailabilityTest, MigrationEndpoint

LISTED = Q(deleted_at=None)
# A started batch goes on syncing until it is stopped; a stopped one while a worker still holds one of its mailboxes.
# Two questions and not one: a condition with "or" would read every user of every batch.
RUNNING = (LISTED & Q(decision="started"), LISTED & Q(users__lease__gt="", users__lease_until__isnull=False))


MOST_CONSUMERS = 50  # on a page


class Consumer(NamedTuple):
    """A batch that uses an endpoint; ``side`` is "source" or "target"."""

    name: str
    pk: int
    side: str


def running_batches(endpoint: MigrationEndpoint) -> list[str]:
    """The names of the batches that use it and run."""
    return _names(endpoint, *RUNNING)


def listed_batches(endpoint: MigrationEndpoint) -> list[str]:
    """The names of the batches on the list that use it."""
    return _names(endpoint, LISTED)


def deleted_batches(endpoint: MigrationEndpoint) -> list[str]:
    """The names of the deleted batches whose history still tells of it."""
    return _names(endpoint, ~LISTED)


def consumers(endpoint: MigrationEndpoint) -> list[Consumer]:
    """The batches on the list that use it, by name, with whether they read from it or write to it."""
    return sorted(
        Consumer(name, pk, side)
        for side, batches in (("source", endpoint.batches_from), ("target", endpoint.batches_to))
        for pk, name in batches.filter(LISTED).values_list("pk", "name")[:MOST_CONSUMERS]
    )[:MOST_CONSUMERS]


def _names(endpoint: MigrationEndpoint, *conditions: Q) -> list[str]:
    names: set[str] = set()
    for batches in (endpoint.batches_from, endpoint.batches_to):
        for which in conditions:
            names.update(batches.filter(which).values_list("name", flat=True).distinct())
    return sorted(names)


def with_usage() -> QuerySet[MigrationEndpoint]:
    """Every endpoint with ``batch_count`` and the last test as ``test_at`` and ``test_passed``; one query."""
    newest = AvailabilityTest.objects.filter(endpoint=OuterRef("pk")).order_by("-at", "-id")
    as_source = Count("batches_from", filter=Q(batches_from__deleted_at=None), distinct=True)
    only_as_target = Q(batches_to__deleted_at=None) & ~Q(batches_to__source=F("pk"))
    return MigrationEndpoint.objects.annotate(
        batch_count=as_source + Count("batches_to", filter=only_as_target, distinct=True),
        test_at=Subquery(newest.values("at")[:1]),
        test_passed=Subquery(newest.values("passed")[:1]),
    ).order_by("name")
