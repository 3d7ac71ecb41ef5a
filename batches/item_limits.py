"""How many messages of a mailbox may stay behind before it counts as failed: bad item limit and large item limit."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from batches.models import MigrationBatch, MigrationUser, SkippedItem

# Which limit counts which kind of item, as a field of the batch and a code of the error.
KINDS: Mapping[str, tuple[str, ...]] = {"bad_item_limit": ("refused", "unreadable"), "large_item_limit": ("too_large",)}
LEFT_BEHIND = tuple(kind for kinds in KINDS.values() for kind in kinds)  # all others are on the target after all


def passed_limit(user: MigrationUser) -> tuple[str, str] | None:
    """The limit that this mailbox has passed, as code of an error, and both numbers as its words; None if there is none.

    The limits are read anew: they may be changed while a mailbox is copied.
    """
    limits = MigrationBatch.objects.values(*KINDS).get(pk=user.batch_id)
    counts = count_kinds(user)
    for code, kinds in KINDS.items():
        number, limit = sum(counts.get(kind, 0) for kind in kinds), limits[code]
        if limit is not None and number > limit:
            return code, f"{number} > {limit}"
    return None


def count_kinds(user: MigrationUser) -> dict[str, int]:
    """How many items of each kind this user has."""
    items = SkippedItem.objects.filter(user=user.pk).order_by()
    return dict(items.values_list("kind").annotate(Count("pk")))
