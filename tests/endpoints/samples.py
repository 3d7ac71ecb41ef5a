"""Endpoints, drafts and batches that tests begin with."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from batches.models import MigrationBatch
from core.models import Person
from endpoints.models import EndpointDraft, MigrationEndpoint, SignIn

CANARY = "canary-Pa$$w0rd-é"  # a password; a test looks for it where it must not be


def make_endpoint(name: str = "EXCH-SRV-01", **changes: Any) -> MigrationEndpoint:
    values: dict[str, Any] = {
        "server": "127.0.0.1",
        "test_mailbox": "pilarp@contoso.com",
        "sign_in": SignIn.TEMPLATE,
        "user_template": "{user}*{admin}",
        "admin_user": "migadmin",
        "admin_password": CANARY,
    }
    return MigrationEndpoint.objects.create(name=name, **{**values, **changes})


def make_draft(by: Person, **changes: Any) -> EndpointDraft:
    return EndpointDraft.objects.create(by=by, **changes)


def make_batch(
    source: MigrationEndpoint, target: MigrationEndpoint | None = None, name: str = "StagedBatch1", **changes: Any
) -> MigrationBatch:
    return MigrationBatch.objects.create(name=name, source=source, target=target or source, **changes)


def delete_softly(batch: MigrationBatch) -> None:
    """As the product deletes a batch: off the list, its history kept."""
    MigrationBatch.objects.filter(pk=batch.pk).update(deleted_at=timezone.now())
