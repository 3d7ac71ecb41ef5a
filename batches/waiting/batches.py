"""Why a batch that could work does not, or not faster: sentences for its page, found out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Aggregate, Max, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.figures import BatchRow
from batches.leases import due_users, is_cautious, working_users
from batches.models import MigrationBatch, MigrationUser
from batches.states import WORKING, BatchStatus, Decision
from batches.waiting.sentences import NOBODY_CAME, closed_now, no_sign_of_life, nobody_came, why_closed
from core.moments import in_words
from endpoints import limits
from endpoints.capacity import in_use
from endpoints.models import MigrationEndpoint


def standstill(batch: MigrationBatch, now: datetime) -> str:
    """Why nothing of a batch moves although it should; empty where all is well."""
    why = standstills([batch], now).get(batch.pk)
    return why() if why else ""


def standstills(batches: Iterable[MigrationBatch], now: datetime) -> Mapping[int, Callable[[], str]]:
    """The same for many at once, by batch, in four queries. Reads their endpoints: select them along.

    Whoever calls what it returns gets it said in the language and time zone of that moment.
    """
    by_id = {batch.pk: batch for batch in batches}
    # Those of ``without_worker`` in two parts, each with an index of its own.
    gone = MigrationUser.objects.filter(batch__in=list(by_id), status__in=WORKING, lease="")
    silent = MigrationUser.objects.filter(lease_until__lte=now).exclude(lease="")
    found: dict[int, Callable[[], str]] = {
        pk: partial(no_sign_of_life, signed)
        for users in (gone, silent)
        for pk, signed in _by_batch(users, Min("lease_until"))
    }
    if not working_users(now).exists():
        late = _by_batch(due_users(now - NOBODY_CAME), Min("due_at"), Max("nudged_at"))
        late = [row for row in late if row[0] in by_id and row[0] not in found and not why_closed(by_id[row[0]], now)]
        found |= {pk: partial(nobody_came, due, told, now) for pk, due, told in late}
    return {pk: why for pk, why in found.items() if pk in by_id}


def _by_batch(users: QuerySet[MigrationUser], *figures: Aggregate) -> list[tuple[Any, ...]]:
    return list(users.order_by().values_list("batch").annotate(*figures))


def waits_briefly(row: BatchRow, now: datetime) -> str:
    """A few words beside the status in a list; empty where it says enough. Without a query."""
    batch = row.batch
    if batch.deleted_at:
        return ""
    if row.status == BatchStatus.WAITING and batch.start_after:
        return _("Begins after %(time)s") % {"time": in_words(batch.start_after)}
    if batch.attention and batch.decision == Decision.STOPPED:
        return _("Stopped by itself")
    closed = closed_now(batch, now) if _has_mailboxes_waiting(row) else None
    if closed is None:
        return ""
    words = _("Outside the hours of %(endpoint)s, goes on at %(time)s")
    return words % {"endpoint": closed[0].name, "time": in_words(closed[1])}


def batch_waits(row: BatchRow, now: datetime) -> list[str]:
    """Why its mailboxes that wait do: what is closed, which limit binds."""
    if row.batch.decision != Decision.STARTED or row.batch.deleted_at or row.status == BatchStatus.WAITING:
        return []
    waits = _has_mailboxes_waiting(row)
    if closed := why_closed(row.batch, now):
        return [closed] if waits or due_users(now).filter(batch=row.batch).exists() else []
    return list(_reasons(row, now)) if waits else []


def _has_mailboxes_waiting(row: BatchRow) -> bool:
    return row.batch.decision == Decision.STARTED and not row.batch.deleted_at and row.tally.waiting > 0


def _reasons(row: BatchRow, now: datetime) -> Iterator[str]:
    batch = row.batch
    due = due_users(now).filter(batch=batch, first_synced_at=None).count()
    if due and is_cautious(batch, now) and working_users(now).filter(batch=batch).exists():
        yield _("The first sign-ins of the batch are tried one by one, so that no account gets locked.")
    elif due:
        yield from filter(None, (_full(endpoint, due, now) for endpoint in _sides(batch)))
    if later := row.tally.waiting - due:
        yield ngettext(
            "%(number)s mailbox waits after an error or for its time, and goes on by itself.",
            "%(number)s mailboxes wait after an error or for their time, and go on by themselves.",
            later,
        ) % {"number": later}


def _sides(batch: MigrationBatch) -> list[MigrationEndpoint]:
    return [batch.source] if batch.source_id == batch.target_id else [batch.source, batch.target]


def _full(endpoint: MigrationEndpoint, due: int, now: datetime) -> str:
    limit, used = limits.limit(endpoint, now, initial=True), in_use(endpoint, now, initial=True)
    if used < limit:
        return ""
    words = ngettext(
        "%(used)s of %(limit)s connections of %(endpoint)s are in use, so %(number)s mailbox is in the queue.",
        "%(used)s of %(limit)s connections of %(endpoint)s are in use, so %(number)s mailboxes are in the queue.",
        due,
    )
    return words % {"used": used, "limit": limit, "endpoint": endpoint.name, "number": due}
