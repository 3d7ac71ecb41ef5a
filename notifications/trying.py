"""Trying to send, again and again at growing intervals. The row says what is due, and which worker has it just now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from django.db.models import F

from notifications.models import Outgoing

Message = TypeVar("Message", bound=Outgoing)

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60)]  # after each try in vain
LEASE = timedelta(minutes=5)  # who has taken one and is gone by then has lost it
LONGEST = 60.0  # seconds, after which none is handed out any more: leases and signatures count from ``now``
AT_ONCE = 50
KEPT = timedelta(days=90)


def due(kind: type[Message], now: datetime) -> Iterator[Message]:
    """Those that are to be sent now, each taken from everybody else when it is handed out."""
    rows, ends = kind._default_manager.filter(due_at__lte=now), monotonic() + LONGEST
    for message in rows.order_by("due_at", "pk")[:AT_ONCE]:
        if monotonic() > ends:
            return
        taken = rows.filter(pk=message.pk, tries=message.tries)
        if taken.update(due_at=now + LEASE, tries=F("tries") + 1):
            message.tries += 1
            yield message


def sent(message: Outgoing, now: datetime, **changes: object) -> None:
    _write(message, due_at=None, sent_at=now, words="", **changes)


def in_vain(message: Outgoing, words: str, now: datetime, *, for_good: bool = False, **changes: object) -> None:
    """It is tried again later, or not any more."""
    over = for_good or message.tries > len(WAITS)
    _write(message, due_at=None if over else now + WAITS[message.tries - 1], words=words[:1000], **changes)


def forget_old(kind: type[Outgoing], now: datetime) -> None:
    """What is long over. The events stay."""
    kind._default_manager.filter(created_at__lt=now - KEPT).delete()


def _write(message: Outgoing, **changes: object) -> None:
    type(message)._default_manager.filter(pk=message.pk).update(**changes)
