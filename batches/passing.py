"""A worker that has let go of a mailbox takes the next one: the one question that is asked for every mailbox of every pass."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection

from batches.leases import TRUST_SIGN_IN, Lease
from batches.models import MigrationBatch, MigrationUser, StatusChange
from batches.states import Decision, UserStatus

# Finding, locking, leasing and reading in one statement, which Django's ORM can not say: in parts it takes as long as
# looking through a small mailbox. PostgreSQL passes over the rows of other workers; SQLite has one writer at a time.
_NEXT = """
UPDATE batches_migrationuser
SET lease = %(token)s, lease_until = %(until)s, nudged_at = NULL, extra_pairs = 0,
    status = %(begins)s, status_at = CASE WHEN status = %(begins)s THEN status_at ELSE %(now)s END
WHERE id = (
    SELECT id FROM batches_migrationuser
    WHERE batch_id = %(batch)s AND status = %(waits)s AND due_at <= %(now)s AND lease = '' AND nudged_at IS NULL
    ORDER BY due_at, position LIMIT 1 {lock}
) AND EXISTS (
    SELECT 1 FROM batches_migrationbatch
    WHERE id = %(batch)s AND decision = %(started)s AND sign_in_failures = 0 AND signed_in_at > %(trusted)s
)
RETURNING id, batch_id, address, user_name, source_password, target_password, status, retries,
    items_total, items_synced, items_skipped, octets_total, octets_synced, active_seconds, fast_lane_at, first_synced_at
"""


def pass_on(batch: MigrationBatch, now: datetime, *, initial: bool) -> tuple[MigrationUser, Lease] | None:
    """Give the place of a user of that kind, who is let go in the same transaction, to the next due user of the batch.

    As many are at work as before, so no limit is asked and no endpoint locked: whoever keeps a place in this way gives
    it back now and then, for limits may be lowered and other batches wait. None if nobody is due, or the credentials
    have to prove themselves first; whom a worker lost or a nudge concerns is left to others. The user comes with
    ``batch`` as it was given, and validating if its first copy begins.
    """
    waits, begins = (UserStatus.QUEUED, UserStatus.VALIDATING) if initial else (UserStatus.SYNCED, UserStatus.SYNCED)
    token = secrets.token_hex(16)
    times = {"now": now, "until": now + settings.LEASE, "trusted": now - TRUST_SIGN_IN}
    stored = {name: connection.ops.adapt_datetimefield_value(time) for name, time in times.items()}
    names = {"token": token, "batch": batch.pk, "waits": waits, "begins": begins, "started": Decision.STARTED}
    for user in _found({**names, **stored}):
        user.batch = batch
        if initial:
            StatusChange.objects.create(user=user, old=waits, new=begins, at=now)
        return user, Lease(user.pk, token)
    return None


def _found(parameters: dict[str, object]) -> Iterable[MigrationUser]:
    """One at most."""
    lock = "FOR NO KEY UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    return list(MigrationUser.objects.raw(_NEXT.format(lock=lock), parameters))
