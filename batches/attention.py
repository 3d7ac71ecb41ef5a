"""What a person should know of a batch before anything else: why it stands still, waits, or may not do what was meant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from batches.figures import BatchRow
from batches.models import MigrationBatch
from batches.volume import COUNTED
from batches.waiting import batch_waits, standstill


@dataclass(frozen=True, slots=True)
class Attention:
    """``standstill`` is a sentence or empty, ``waits`` are sentences. ``unmatched`` are the folder patterns of the batch
    that no mailbox has had a folder for."""

    standstill: str
    waits: list[str]
    unmatched: list[str]


def attention_to(row: BatchRow, now: datetime) -> Attention:
    return Attention(standstill(row.batch, now), batch_waits(row, now), unmatched_patterns(row.batch))


def unmatched_patterns(batch: MigrationBatch) -> list[str]:
    """Those that fit no folder of any mailbox whose folders have been seen: most likely a slip of the pen."""
    patterns = list(dict.fromkeys([*batch.include_folders, *batch.exclude_folders]))
    if not patterns:
        return []
    seen = batch.users.order_by().filter(COUNTED | ~Q(unmatched_folders=""))
    groups = seen.values_list("unmatched_folders").annotate(number=Count("pk"))
    mailboxes, without = 0, Counter[str]()
    for lines, number in groups:
        mailboxes += number
        without.update(dict.fromkeys(lines.splitlines(), number))
    return [pattern for pattern in patterns if mailboxes and without[pattern] == mailboxes]
