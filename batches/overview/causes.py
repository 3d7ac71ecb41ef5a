"""Failed mailboxes by what failed them: the error and the server that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min

from batches.models import MigrationBatch, MigrationUser
from batches.states import UserStatus
from endpoints.models import MigrationEndpoint


@dataclass(slots=True)
class Cause:
    """``endpoint`` is None for errors of this system. ``user_id``, ``address`` and ``words`` are those of one of the mailboxes."""

    code: str
    side: str
    endpoint: MigrationEndpoint | None
    number: int = 0
    user_id: int = 0
    since: datetime | None = None
    address: str = ""
    words: str = ""
    batches: list[MigrationBatch] = field(default_factory=list)


def causes(batches: Iterable[MigrationBatch]) -> Sequence[Cause]:
    """Of the failed mailboxes of these batches, the most frequent first; one query. Reads the batches' endpoints."""
    by_id = {batch.pk: batch for batch in batches}
    failed = MigrationUser.objects.filter(batch__in=list(by_id), status=UserStatus.FAILED).order_by()
    counted = failed.values_list("batch", "error_code", "error_side").annotate(
        Count("pk"), Min("pk"), Min("error_at"), Min("address"), Max("error_words")
    )
    found: dict[tuple[str, str, int | None], Cause] = {}
    for pk, code, side, number, user_id, since, address, words in counted:
        endpoint = _endpoint(by_id[pk], side)
        cause = found.setdefault((code, side, endpoint.pk if endpoint else None), Cause(code, side, endpoint))
        cause.number += number
        cause.user_id = user_id
        cause.since = min((at for at in (cause.since, since) if at), default=None)
        cause.address, cause.words = cause.address or address, cause.words or words
        cause.batches.append(by_id[pk])
    return sorted(found.values(), key=lambda cause: -cause.number)


def _endpoint(batch: MigrationBatch, side: str) -> MigrationEndpoint | None:
    return {"source": batch.source, "target": batch.target}.get(side)
