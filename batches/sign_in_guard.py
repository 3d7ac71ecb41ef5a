"""Sees to it that wrong credentials lock no account: refused sign-ins are counted, and after a few the batch stops by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from batches.leases import Lease
from batches.models import MigrationBatch
from batches.moves import stop_users
from batches.states import DECISION_GRAPH, Decision
from core import audit
from core.states import guarded_move
from endpoints.models import SignIn

# Refused in a row. Different users have each one refusal then; an administrator's account has them all.
MOST, MOST_OF_ONE_ACCOUNT = 3, 2
# All users of a batch share this row: it is not written for each of them.
FRESH = timedelta(minutes=1)
ATTENTION = "sign_in_failures"


def note_success(batch: MigrationBatch, now: datetime) -> None:
    """Both servers accepted the credentials: other users of the batch need not wait any more."""
    doubted = Q(sign_in_failures__gt=0) | Q(signed_in_at=None) | Q(signed_in_at__lt=now - FRESH)
    MigrationBatch.objects.filter(doubted, pk=batch.pk).update(sign_in_failures=0, signed_in_at=now)
    batch.sign_in_failures, batch.signed_in_at = 0, now


def note_trust(batch: MigrationBatch, now: datetime) -> None:
    """The source accepted the credentials, and no refusal is open: the credentials stay trusted."""
    if batch.signed_in_at and batch.signed_in_at >= now - FRESH:
        return
    if MigrationBatch.objects.filter(pk=batch.pk, sign_in_failures=0).update(signed_in_at=now):
        batch.signed_in_at = now


def note_refusal(batch_id: int, side: str, lease: Lease, now: datetime) -> None:
    """Count it. If it was one too many, stop the batch; whoever holds ``lease`` settles its own user."""
    with transaction.atomic():
        batch = MigrationBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
        batch.sign_in_failures += 1
        batch.save(update_fields=["sign_in_failures"])
        if batch.sign_in_failures < _most(batch, side) or batch.decision != Decision.STARTED:
            return
        guarded_move(batch, Decision.STOPPED, graph=DECISION_GRAPH, field="decision", attention=ATTENTION)
        stop_users(batch.users.exclude(pk=lease.user_id), at=now, reason=ATTENTION)
        audit.record(None, "stop batch", batch, reason=ATTENTION, side=side)


def _most(batch: MigrationBatch, side: str) -> int:
    endpoint = batch.target if side == "target" else batch.source
    return MOST if endpoint.sign_in == SignIn.USER else MOST_OF_ONE_ACCOUNT
