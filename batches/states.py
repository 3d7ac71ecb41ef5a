"""The lives of a migration user and of a batch.

A user's status is stored and moves along ``USER_GRAPH``; each move leaves a ``StatusChange`` row. A batch stores only
what a person decided; what it shows is derived from its users, so that two pages can never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class UserStatus(models.TextChoices):
    """Exchange's names (Get-MigrationUser)."""

    QUEUED = "queued", _("Queued")
    VALIDATING = "validating", _("Validating")
    SYNCING = "syncing", _("Syncing")
    SYNCED = "synced", _("Synced")
    INCREMENTAL_SYNCING = "incremental_syncing", _("Incremental syncing")
    STOPPING = "stopping", _("Stopping")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


RUNNING = frozenset({UserStatus.VALIDATING, UserStatus.SYNCING, UserStatus.INCREMENTAL_SYNCING})
WORKING = RUNNING | {UserStatus.STOPPING}  # a worker has them

# queued -> validating -> syncing -> synced <-> incremental_syncing. A slice that ends early goes back to where its user
# waits (queued, or synced after the first full copy). Stop and failure are possible from everywhere.
USER_GRAPH: Mapping[str, frozenset[str]] = {
    "queued": frozenset({"validating", "stopped", "failed"}),
    "validating": frozenset({"syncing", "queued", "stopping", "stopped", "failed"}),
    "syncing": frozenset({"synced", "queued", "stopping", "stopped", "failed"}),
    "synced": frozenset({"incremental_syncing", "stopped", "failed"}),
    "incremental_syncing": frozenset({"synced", "stopping", "stopped", "failed"}),
    "stopping": frozenset({"stopped", "failed"}),
    "stopped": frozenset({"queued", "synced"}),
    "failed": frozenset({"queued", "synced", "stopped"}),
}

# Where a working user goes when its slice is over or its worker is gone.
REST: Mapping[str, str] = {
    "validating": "queued",
    "syncing": "queued",
    "incremental_syncing": "synced",
    "stopping": "stopped",
}


class Decision(models.TextChoices):
    """What a person last decided about a batch."""

    CREATED = "created", _("Created")
    STARTED = "started", _("Started")
    STOPPED = "stopped", _("Stopped")
    REMOVING = "removing", _("Removing")


DECISION_GRAPH: Mapping[str, frozenset[str]] = {
    "created": frozenset({"started", "removing"}),
    "started": frozenset({"started", "stopped", "removing"}),
    "stopped": frozenset({"started", "removing"}),
    "removing": frozenset(),
}


class BatchStatus(models.TextChoices):
    """What a batch shows. Exchange's names (Get-MigrationBatch)."""

    CREATED = "created", _("Created")
    WAITING = "waiting", _("Waiting")
    STARTING = "starting", _("Starting")
    SYNCING = "syncing", _("Syncing")
    SYNCED = "synced", _("Synced")
    SYNCED_WITH_ERRORS = "synced_with_errors", _("Synced with errors")
    INCREMENTAL_SYNCING = "incremental_syncing", _("Incremental syncing")
    STOPPING = "stopping", _("Stopping")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")
    REMOVING = "removing", _("Removing")


def batch_status(
    decision: str, counts: Mapping[str, int], *, start_after: datetime | None, now: datetime
) -> BatchStatus:
    """What a batch shows, from the decision and the number of its users by status."""
    if decision in {Decision.CREATED, Decision.REMOVING}:
        return BatchStatus(decision)
    if decision == Decision.STOPPED:
        return BatchStatus.STOPPING if any(counts.get(status) for status in WORKING) else BatchStatus.STOPPED
    if start_after and start_after > now and not any(counts.get(status) for status in {*WORKING, "synced"}):
        return BatchStatus.WAITING
    return _started_status({status: number for status, number in counts.items() if number})


def _started_status(counts: Mapping[str, int]) -> BatchStatus:
    present = set(counts)
    if present == {"queued"}:
        return BatchStatus.STARTING
    if present & {"queued", "validating", "syncing"}:
        return BatchStatus.SYNCING
    if "incremental_syncing" in present:
        return BatchStatus.INCREMENTAL_SYNCING
    if present and present <= {"stopping", "stopped"}:
        return BatchStatus.STOPPING if "stopping" in present else BatchStatus.STOPPED
    if "synced" not in present:
        return BatchStatus.FAILED
    return BatchStatus.SYNCED_WITH_ERRORS if "failed" in present else BatchStatus.SYNCED
