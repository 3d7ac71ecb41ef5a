"""Batches and users for tests, described by what matters to the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from batches.models import MigrationBatch, MigrationUser, StatusChange
from batches.states import Decision, UserStatus
from endpoints.models import MigrationEndpoint, Security, SignIn

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_endpoint(name: str = "EXCH-SRV-01", **fields: Any) -> MigrationEndpoint:
    given = {"server": f"{name.lower()}.contoso.com", **fields}
    return MigrationEndpoint.objects.create(name=name, **given)


def endpoint_of(server: Any, name: str, **fields: Any) -> MigrationEndpoint:
    """The endpoint of a running Dovecot, where everybody signs in with a password of their own unless told otherwise."""
    plain = {"server": server.host, "port": server.port, "security": Security.NONE, "sign_in": SignIn.USER}
    return make_endpoint(name, **(plain | fields))


def make_batch(name: str = "StagedBatch1", **fields: Any) -> MigrationBatch:
    """A started batch whose credentials have proved themselves, unless told otherwise."""
    given = {
        "source": fields.pop("source", None) or _endpoint("EXCH-SRV-01"),
        "target": fields.pop("target", None) or _endpoint("NEW-SRV"),
        "decision": Decision.STARTED,
        "started_at": NOON,
        "signed_in_at": timezone.now() + timedelta(days=1),
    }
    return MigrationBatch.objects.create(name=name, **(given | fields))


def _endpoint(name: str) -> MigrationEndpoint:
    return MigrationEndpoint.objects.filter(name=name).first() or make_endpoint(name)


def make_user(batch: MigrationBatch, address: str = "pilarp@contoso.com", **fields: Any) -> MigrationUser:
    """A user that is due, with the row that says how it began."""
    given = {
        "position": batch.users.count() + 2,
        "status": UserStatus.QUEUED,
        "status_at": NOON,
        "due_at": NOON,
    }
    user = MigrationUser.objects.create(batch=batch, address=address, **(given | fields))
    StatusChange.objects.create(user=user, new=user.status, at=user.status_at)
    return user


def make_users(batch: MigrationBatch, number: int, **fields: Any) -> list[MigrationUser]:
    return [make_user(batch, f"user{i:03}@contoso.com", **fields) for i in range(number)]


NOBODY = "somebody"  # holds the leases of mailboxes that only look as if a worker had them


def leased(until: datetime) -> dict[str, Any]:
    """Columns of a user whom a worker has."""
    return {"lease": NOBODY, "lease_until": until}


def statuses(batch: MigrationBatch) -> list[str]:
    return list(batch.users.order_by("position").values_list("status", flat=True))
