"""How all batches stand together, whoever looks: found out once for everybody where there are many mailboxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from batches import census
from batches.figures import BatchRow, filled_in, outlines
from batches.listing import listed_batches
from batches.overview.causes import Cause, causes
from batches.overview.differences import differing
from batches.overview.figures import Figures, figures
from batches.waiting import standstills
from core.kept import Kept

KEPT = 5.0  # seconds, where there are many mailboxes: the page does not ask more often


@dataclass(frozen=True, slots=True)
class Standing:
    """``standstills`` say in the reader's language why nothing of a batch moves; ``differing`` are mailboxes with
    differences that nobody explains. Both are by batch."""

    rows: Sequence[BatchRow]
    figures: Figures
    deleted_batches: int
    causes: Sequence[Cause]
    standstills: Mapping[int, Callable[[], str]]
    differing: Mapping[int, int]


def _look() -> Standing:
    now = timezone.now()
    rows = filled_in(outlines(listed_batches(), now=now))
    batches = [row.batch for row in rows]
    return Standing(
        rows=rows,
        figures=figures(rows, now),
        deleted_batches=listed_batches(deleted=True).count(),
        causes=causes(batches),
        standstills=standstills(batches, now),
        differing=differing(batches),
    )


def _seconds(found: Standing) -> float:
    return KEPT if census.seconds(found.figures.tally.total) else 0.0


standing = Kept(_look, seconds=_seconds)
