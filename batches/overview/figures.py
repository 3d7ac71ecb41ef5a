"""All batches together: mailboxes, items, data, how fast and how long still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from batches.eta import Eta, eta_of_all, stretches
from batches.figures import BatchRow, Tally, overall
from batches.throughput import rate
from batches.volume import Volume, volumes


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
    by_batch = volumes(ids)
    items, octets = rate(ids, now)
    eta = eta_of_all(batches, by_batch, stretches(ids, now), now)
    return Figures(overall(rows), sum(by_batch.values(), Volume()), items, octets, eta)
