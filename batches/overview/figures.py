"""All batches together: mailboxes, items, data, how fast and how long still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from batches.eta import Eta, eta_of_all, stretches
from batches.figures import BatchRow, Tally, overall
from batches.overview.volumes import volume_of_each
from batches.throughput import rate
from batches.volume import Volume, total


@dataclass(frozen=True, slots=True)
class Figures:
    """``items_a_second`` and ``octets_a_second`` are those of the last few minutes."""

    tally: Tally
    volume: Volume
    items_a_second: float
    octets_a_second: float
    eta: Eta


def figures(rows: Sequence[BatchRow], now: datetime) -> Figures:
    """Of these batches, in three queries; their mailboxes are counted already."""
    batches = [row.batch for row in rows]
    ids = [batch.pk for batch in batches]
    went = stretches(ids, now)
    by_batch = volume_of_each(rows, went, now)
    items, octets = rate(ids, now)
    eta = eta_of_all(batches, by_batch, went, now)
    return Figures(overall(rows), total(by_batch.values()), items, octets, eta)
