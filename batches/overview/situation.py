"""How things stand, gathered once for the whole page in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from batches.figures import BatchRow
from batches.models import BatchDraft, MigrationBatch
from batches.overview.domains import Domains, domains
from batches.overview.figures import Figures
from batches.overview.servers import Server, servers
from batches.overview.standing import Standing, standing
from core.models import Person


@dataclass(frozen=True, slots=True)
class Situation:
    """What the checklist and the attention list look at. ``drafts`` are the reader's own, the newest first."""

    now: datetime
    all: Standing
    servers: Sequence[Server]
    drafts: Sequence[BatchDraft]
    domains: Domains

    @property
    def rows(self) -> Sequence[BatchRow]:
        return self.all.rows

    @property
    def figures(self) -> Figures:
        return self.all.figures

    @property
    def batches(self) -> Sequence[MigrationBatch]:
        return [row.batch for row in self.rows]

    @property
    def is_new(self) -> bool:
        """Nothing has been described yet."""
        return not (self.rows or self.servers or self.drafts or self.all.deleted_batches)


def situation(reader: Person, now: datetime) -> Situation:
    drafts = BatchDraft.objects.filter(by=reader).defer("csv").order_by("-changed_at")
    return Situation(now, standing(), servers(), list(drafts), domains())
