"""All mailboxes counted and summed up, whosever page needs it: one place, shared by all requests of a moment.

Counting takes as long as there are mailboxes. An organization of few is counted for every page; of many, every page shows
the figures of at most ``LONGEST`` ago.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from django.db.models import Count

from batches.models import MigrationBatch, MigrationUser
from core.kept import Kept

FEW = 10_000  # mailboxes: counted in a few thousandths of a second
SECONDS_A_MAILBOX = 1.5e-5
LONGEST = 3.0  # seconds

Key = TypeVar("Key", int, str)
Counts = Mapping[Key, Mapping[str, int]]  # by status


class _Census:
    """All mailboxes, counted once."""

    def __init__(self) -> None:
        users = MigrationUser.objects.order_by()
        self._counted = list(users.values_list("batch", "status", "domain").annotate(Count("pk")))
        self.by_batch = by_status((batch, status, number) for batch, status, _domain, number in self._counted)

    @cached_property
    def by_domain(self) -> Counts[str]:
        """Of the batches on the list. These are picked here: a join would look every mailbox up."""
        listed = set(MigrationBatch.objects.filter(deleted_at=None).values_list("pk", flat=True))
        return by_status((domain, status, number) for batch, status, domain, number in self._counted if batch in listed)


def by_batch() -> Counts[int]:
    return _census().by_batch


def by_domain() -> Counts[str]:
    return _census().by_domain


def by_status(counted: Iterable[tuple[Key, str, int]]) -> Counts[Key]:
    counts: defaultdict[Key, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, status, number in counted:
        counts[key][status] += number
    return {key: dict(statuses) for key, statuses in counts.items()}


def seconds(mailboxes: int) -> float:
    """How long figures about so many are shown."""
    return min(LONGEST, mailboxes * SECONDS_A_MAILBOX) if mailboxes >= FEW else 0.0


def _seconds(census: _Census) -> float:
    return seconds(sum(sum(statuses.values()) for statuses in census.by_batch.values()))


_census = Kept(_Census, seconds=_seconds)
