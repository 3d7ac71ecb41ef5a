"""What a report is: a file's name, columns, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from batches.listing import users_without_secrets
from batches.models import MigrationBatch, MigrationUser
from batches.states import UserStatus
from core.as_text import Row

AT_ONCE = 500  # rows that are read from the database at a time


@dataclass(frozen=True, slots=True)
class Report:
    """``columns`` are names with their widths in characters. ``rows`` reads them in the order of the batches and their CSV
    files: of one batch, or of all that ever were."""

    file: str
    columns: Mapping[str, int]
    rows: Callable[[MigrationBatch | None], Iterator[Row]]
    endings: Sequence[str] = ("csv", "xlsx")


def users_of(batch: MigrationBatch | None) -> QuerySet[MigrationUser]:
    """The users of a batch, or of all batches, deleted ones too."""
    users = users_without_secrets().order_by("batch_id", "position")
    return users.filter(batch=batch) if batch else users


def batches_with_servers(batch: MigrationBatch | None) -> Mapping[int, MigrationBatch]:
    """Batches by their keys, with what an error says of their endpoints. No secret is read."""
    secrets = [f"{side}__{name}" for side in ("source", "target") for name in ("admin_password", "test_password")]
    batches = MigrationBatch.objects.select_related("source", "target").defer(*secrets)
    return {found.pk: found for found in (batches.filter(pk=batch.pk) if batch else batches)}


def in_english(say: Callable[..., Any], *about: Any) -> str:
    """What ``say`` says of it to somebody who reads English."""
    with translation.override("en"):
        return str(say(*about))


@cache
def status_in_english(status: str) -> str:
    return in_english(lambda: UserStatus(status).label)
