"""What workers are asked to look at; what gets lost is found again by the next reconcile."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from core.queue import publish


def nudge_user(user_id: int) -> bool:
    """Ask a worker to take up this user. False if the broker can not be reached."""
    return publish("batches.tasks.sync_user", user_id)


def nudge_verification(verification_id: int) -> bool:
    """Ask a worker to compare the mailboxes of a user. False if the broker can not be reached."""
    return publish("batches.tasks.verify_user", verification_id)


def nudge_reconcile() -> None:
    """Once the transaction is committed, ask a worker to look for due work at once instead of at the next beat."""
    transaction.on_commit(partial(publish, "batches.tasks.reconcile"))
