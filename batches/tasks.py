"""What workers do. Tasks take ids, may run twice, and may get lost: the database knows what is to be done."""

from __future__ import annotations

import time
from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from batches import keeper
from batches.reconcile import reconcile as find_work
from batches.retention import wipe_expired as wipe
from batches.turns import take_turn
from batches.verification.comparing import run_verification


@shared_task  # type: ignore[untyped-decorator]
def sync_user(user_id: int) -> None:
    """Work on one user's mailbox for a while, and then on others."""
    take_turn(user_id, now=timezone.now, monotonic=time.monotonic)


@shared_task  # type: ignore[untyped-decorator]
def verify_user(verification_id: int) -> None:
    """Compare both mailboxes of a user."""
    run_verification(verification_id, now=timezone.now, monotonic=time.monotonic)


@shared_task  # type: ignore[untyped-decorator]
def reconcile() -> None:
    """Give the workers what is due."""
    find_work(timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def wipe_expired() -> None:
    """Forget what is kept long enough."""
    wipe(timezone.now())


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def let_go(**_: Any) -> None:
    """A worker that is told to end does not make people wait for its slices."""
    keeper.shutting_down.set()
