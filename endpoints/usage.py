"""Which batches use an endpoint. Batches know endpoints and not the other way round, so this asks the relations."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from endpoints.models import AvailabilityTest, MigrationEndpoint

LISTED = Q(deleted_at=None)
# A started batch goes on syncing until it is stopped; a stopped one while a worker still holds one of its mailboxes.
RUNNING = LISTED & (Q(decision="started") | Q(users__lease__gt=""))


def running_batches(endpoint: MigrationEndpoint) -> list[str]:
    """The names of the batches that use it and run."""
    return _names(endpoint, RUNNING)


def listed_batches(endpoint: MigrationEndpoint) -> list[str]:
    """The names of the batches on the list that use it."""
    return _names(endpoint, LISTED)


def deleted_batches(endpoint: MigrationEndpoint) -> list[str]:
    """The names of the deleted batches whose history still tells of it."""
    return _names(endpoint, ~LISTED)


def _names(endpoint: MigrationEndpoint, which: Q) -> list[str]:
    names: set[str] = set()
    for batches in (endpoint.batches_from, endpoint.batches_to):
        names.update(batches.filter(which).values_list("name", flat=True))
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
