"""How things stand, gathered once for the whole page in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from batches.figures import BatchRow, batch_rows, connect, outlines
from batches.listing import listed_batches
from batches.models import BatchDraft, MigrationBatch
from batches.overview.causes import Cause, causes
from batches.overview.differences import differing
from batches.overview.figures import Figures, figures
from batches.overview.servers import Server, servers
from batches.waiting import standstills
from core.models import Person


@dataclass(frozen=True, slots=True)
class Situation:
    """What the checklist and the attention list look at. ``drafts`` are the reader's own, the newest first."""

    now: datetime
    rows: Sequence[BatchRow]
    figures: Figures
    servers: Sequence[Server]
    drafts: Sequence[BatchDraft]
    deleted_batches: int
    causes: Sequence[Cause]
    standstills: Mapping[int, str]
    differing: Mapping[int, int]  # mailboxes with differences that nobody explains, by batch

    @property
    def batches(self) -> Sequence[MigrationBatch]:
        return [row.batch for row in self.rows]

    @property
    def is_new(self) -> bool:
        """Nothing has been described yet."""
        return not (self.rows or self.servers or self.drafts or self.deleted_batches)


def situation(reader: Person, now: datetime) -> Situation:
    rows = batch_rows(outlines(listed_batches()), now=now)
    batches = [row.batch for row in rows]
    connect(batches)
    return Situation(
        now=now,
        rows=rows,
        figures=figures(rows, now),
        servers=servers(),
        drafts=list(BatchDraft.objects.filter(by=reader).defer("csv").order_by("-changed_at")),
        deleted_batches=listed_batches(deleted=True).count(),
        causes=causes(batches),
        standstills=standstills(batches, now),
        differing=differing(batches),
    )
