"""A large organization in the middle of its migration: the same rows for the same numbers, but for the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Max

from batches.models import (
    FolderSync,
    LogLine,
    MigrationBatch,
    MigrationUser,
    SkippedItem,
    ThroughputSample,
    Verification,
)
from batches.parts import in_parts
from batches.sample.users import DOMAINS, Situation, history, make_user, situation_of
from batches.states import Decision, UserStatus
from core.models import AuditEntry
from domains.dns.tokens import new_token
from domains.models import Domain
from endpoints.models import MigrationEndpoint, SignIn

DEPARTMENTS = ("Sales", "Finance", "Warehouse", "Helpdesk", "Legal", "Research", "Service", "Board")
FOLDERS = ("INBOX", "Sent Items", "Archive", "Projects", "Projects/2019", "Drafts", "Deleted Items", "Junk Email")

Row = TypeVar("Row", bound=models.Model)


def make_organization(*, batches: int, users: int, now: datetime) -> None:
    """Add that many batches with that many users in all, and what is known of them. All or nothing."""
    with transaction.atomic():
        random = Random(20261122)  # noqa: S311
        source, target = _endpoint("SAMPLE-OLD"), _endpoint("SAMPLE-NEW")
        first = (MigrationBatch.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        made = [_batch(first + number, source, target, now) for number in range(batches)]
        _save(made)
        for number, batch in enumerate(made):
            size = users // batches + (number < users % batches)
            _fill(batch, situation_of(number), size, random, now)
        # Nobody asks the DNS for them: it knows nothing of this organization.
        Domain.objects.bulk_create((Domain(name=name, token=new_token()) for name in DOMAINS), ignore_conflicts=True)
        _samples(made, random, now)
        _activity(made, now)


def _endpoint(name: str) -> MigrationEndpoint:
    """On an address that RFC 5737 keeps free for examples: nothing ever answers there."""
    fields: dict[str, Any] = {"server": "192.0.2.1", "sign_in": SignIn.USER}
    return MigrationEndpoint.objects.get_or_create(name=name, defaults=fields)[0]


def _batch(number: int, source: MigrationEndpoint, target: MigrationEndpoint, now: datetime) -> MigrationBatch:
    situation = situation_of(number - 1)
    return MigrationBatch(
        name=f"{DEPARTMENTS[number % len(DEPARTMENTS)]}-{number:04}",
        source=source,
        target=target,
        decision=situation.decision,
        created_at=now,
        started_at=None if situation.decision == Decision.CREATED else now - timedelta(days=number % 40, hours=3),
        deleted_at=now - timedelta(days=1) if situation.decision == Decision.REMOVING else None,
        csv_name=f"department-{number:04}.csv",
    )


def _fill(batch: MigrationBatch, situation: Situation, size: int, random: Random, now: datetime) -> None:
    users = _save(make_user(batch, place, situation, random, now) for place in range(1, size + 1))
    _save(change for user in users for change in history(user, now))
    watched = users[:: max(1, size // 8)]
    _save(FolderSync(user=user, source_key=f"{place}", **_folder(name)) for user in watched for place, name in _named())
    _save(_line(user, number, now) for user in watched for number in range(20))
    _save(_verification(user, now) for user in watched if user.status == UserStatus.SYNCED)
    _save(_item(user, number, now) for user in users if user.items_skipped for number in range(user.items_skipped))


def _named() -> Iterator[tuple[int, str]]:
    return iter(enumerate(FOLDERS))


def _folder(name: str) -> dict[str, Any]:
    path = name.split("/")
    return {"source": path, "target": path, "copied_count": 100 + 7 * len(name)}


def _line(user: MigrationUser, number: int, now: datetime) -> LogLine:
    text = f"Copy progress: {number * 50}/{user.items_total} messages."
    return LogLine(user=user, at=now - timedelta(minutes=60 - number), text=text)


def _item(user: MigrationUser, number: int, now: datetime) -> SkippedItem:
    return SkippedItem(
        user=user,
        folder="INBOX",
        folder_key="0",
        uid=number + 1,
        kind=("too_large", "refused")[number % 2],
        reason="NO [LIMIT] Message is too large.",
        subject=f"Quarterly figures {number}",
        date=now - timedelta(days=number + 1),
        size=30_000_000,
    )


def _verification(user: MigrationUser, now: datetime) -> Verification:
    """Of one in seven, a message is missing that nothing explains."""
    missing = int(user.position % 7 == 0)
    counts = {"source_messages": user.items_total, "target_messages": user.items_total - missing}
    result = {"ok": not missing, "folders": len(FOLDERS), **counts, "equal": user.items_total - missing, "details": []}
    result["differences"] = {"missing": missing} if missing else {}
    return Verification(user=user, asked_at=now, ended_at=now, result=result)


def _samples(batches: list[MigrationBatch], random: Random, now: datetime) -> None:
    """For the batches that move, each minute of the last two hours and each hour of the last weeks."""
    moving = [batch for number, batch in enumerate(batches) if situation_of(number).moves][:40]
    minute, hour = now.replace(second=0, microsecond=0), now.replace(minute=0, second=0, microsecond=0)
    times = [minute - timedelta(minutes=back) for back in range(1, 120)]
    times += [hour - timedelta(hours=back) for back in range(49, 24 * 28)]
    _save(_sample(batch, at, random) for batch in moving for at in times)


def _sample(batch: MigrationBatch, minute: datetime, random: Random) -> ThroughputSample:
    items = random.randrange(200, 900)
    return ThroughputSample(batch=batch, minute=minute, items=items, octets=items * 81_000)


def _activity(batches: list[MigrationBatch], now: datetime) -> None:
    """Forty entries for each batch, in nobody's name: what a person has not done is not said of anybody."""
    actions = ("create batch", "start batch", "stop batch", "sync batch now")
    entries = (
        AuditEntry(action=actions[number % 4], thing=batch.name, address="192.0.2.10")
        for batch in batches
        for number in range(40)
    )
    _save(entries)


def _save(rows: Iterable[Row]) -> list[Row]:
    saved: list[Row] = []
    for part in in_parts(rows):
        saved += type(part[0])._default_manager.bulk_create(part)
    return saved
