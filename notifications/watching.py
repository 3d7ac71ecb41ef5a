"""Looks at all batches that run, and keeps what happened to them as events, each with the messages that tell of it.

It is called every few seconds and may be called twice at once: what is told is a row that can only be there once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, Q, Sum

from batches.figures import BatchRow, batch_rows
from batches.models import MigrationBatch, MigrationUser
from batches.states import Decision, UserStatus
from notifications.addressing import address
from notifications.deciding import Happened, Over, decide
from notifications.models import Event, Kind

# Mailboxes that were tried so often in vain, and how many of them, before it counts as more than a hiccup.
RETRIES, MAILBOXES = 3, 3
NO_ANSWER = ("connection_refused", "unknown_host", "timeout", "hung_up", "unavailable", "tls_failed")


def look(now: datetime) -> None:
    """In a number of queries that does not grow with the batches, as long as nothing happens."""
    decided = Q(decision=Decision.STARTED) | Q(decision=Decision.STOPPED)
    rows = batch_rows(MigrationBatch.objects.filter(decided, deleted_at=None), now=now)
    known, unreachable = _open_events(), _unreachable()
    for row in rows:
        for change in decide(row, known[row.batch.pk], unreachable.get(row.batch.pk), now):
            _keep(row, change, now)


def _open_events() -> Mapping[int, Mapping[str, Event]]:
    events: defaultdict[int, dict[str, Event]] = defaultdict(dict)
    for event in Event.objects.filter(closed_at=None, batch__deleted_at=None, batch__isnull=False):
        events[event.batch_id or 0][event.kind] = event
    return events


def _unreachable() -> Mapping[int, Mapping[str, Any]]:
    """For each batch with several mailboxes that wait for a server which does not answer: which one, and its words."""
    waiting = MigrationUser.objects.filter(wait_code__in=NO_ANSWER, retries__gte=RETRIES, batch__deleted_at=None)
    counted = waiting.order_by().values_list("batch", "wait_side").annotate(mailboxes=Count("pk"), example=Min("pk"))
    several = list(counted.filter(mailboxes__gte=MAILBOXES))
    words = MigrationUser.objects.only("wait_code", "wait_words").in_bulk([example for *_rest, example in several])
    return {
        batch: {"side": side, "mailboxes": number, "code": words[example].wait_code, "words": words[example].wait_words}
        for batch, side, number, example in several
        if example in words
    }


def _keep(row: BatchRow, change: Happened | Over, now: datetime) -> None:
    if (
        isinstance(change, Happened)
        and change.former
        and change.kind == Kind.FINISHED
        and not _ended(row, change.former)
    ):
        facts = {**change.former.facts, "seen": row.tally.total}
        Event.objects.filter(pk=change.former.pk).update(facts=facts)
        return
    try:
        with transaction.atomic():
            former = change.event if isinstance(change, Over) else change.former
            if former and not Event.objects.filter(pk=former.pk, closed_at=None).update(closed_at=now):
                return
            if isinstance(change, Happened):
                facts = {**_figures(row), **change.facts}
                address(Event.objects.create(kind=change.kind, batch=row.batch, at=now, facts=facts))
    except IntegrityError:  # somebody else, who looked at the same time, has told it
        return


def _ended(row: BatchRow, former: Event) -> bool:
    """Whether a mailbox has ended its first copy, or failed, here since then: what others brought along is no news."""
    copied = _here_since(former.at, "first_synced_at")
    failed = _here_since(former.at, "status_at") & Q(status=UserStatus.FAILED)
    return row.batch.users.filter(copied | failed).exists()


def _here_since(at: datetime, field: str) -> Q:
    return Q((f"{field}__gt", at)) & (Q(moved_at=None) | Q((f"{field}__gt", F("moved_at"))))


def _figures(row: BatchRow) -> dict[str, int]:
    tally = row.tally
    sums = row.batch.users.order_by().aggregate(
        items=Sum("items_synced", default=0),
        skipped=Sum("items_skipped", default=0),
        octets=Sum("octets_synced", default=0),
    )
    counts = {name: getattr(tally, name) for name in ("total", "synced", "failed", "stopped", "waiting", "working")}
    return {**counts, **{name: int(number) for name, number in sums.items()}}
