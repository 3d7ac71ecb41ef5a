"""What happened to a mailbox: its own changes of status, and what people told its whole batch to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from batches.item_limits import KINDS
from batches.models import MigrationUser, StatusChange
from batches.words import reason_words
from core.audit_words import sentence
from core.models import AuditEntry

ORDERS = ("start batch", "stop batch", "retry failed users", "sync batch now")


@dataclass(frozen=True, slots=True)
class Happened:
    """``status`` is the new one, or empty where the batch was told something; ``by`` a name or empty, for what came by
    itself; ``words`` are a server's, verbatim, or empty.
    """

    at: datetime
    status: str
    by: str
    reason: str
    words: str


def timeline(user: MigrationUser, most: int) -> list[Happened]:
    """The newest first; two queries."""
    changes = user.status_changes.select_related("by").order_by("-at", "-id")[:most]
    told = orders(user).order_by("-at", "-id")[:most]
    happened = [*map(_changed, changes), *map(_told, told)]
    return sorted(happened, key=lambda each: each.at, reverse=True)[:most]


def orders(user: MigrationUser) -> QuerySet[AuditEntry]:
    """What people told the batch of ``user`` to do while it was there; its name may have been another's before and after."""
    batch = user.batch
    until = batch.deleted_at or timezone.now()
    return AuditEntry.objects.filter(action__in=ORDERS, thing=batch.name, at__range=(batch.created_at, until))


def _changed(row: StatusChange) -> Happened:
    words = "" if row.reason in KINDS else row.words
    return Happened(row.at, row.new, str(row.by or ""), reason_words(row.reason), words)


def _told(entry: AuditEntry) -> Happened:
    return Happened(entry.at, "", entry.name, sentence(entry.action, entry.thing), "")
