"""What the organization does not want to keep for ever: drafts, and the passwords that no sync needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

import domains.retention
from batches.models import BatchDraft, MigrationBatch, MigrationUser
from batches.removal import NO_PASSWORDS
from batches.states import Decision, UserStatus
from core import retention
from core.models import PasswordWipe
from core.organization import organization
from endpoints.models import AvailabilityTest, EndpointDraft, MigrationEndpoint

NO_CREDENTIALS = {"admin_password": "", "test_password": ""}
RESTING = (UserStatus.SYNCED, UserStatus.STOPPED, UserStatus.FAILED)


def wipe_expired(now: datetime) -> None:
    """Everything that the settings say is kept long enough. May run at any time, and twice."""
    retention.wipe_expired(now)
    domains.retention.wipe_expired(now)
    _wipe_drafts(now - timedelta(days=organization().draft_days))
    _wipe_passwords(now)
    if days := organization().endpoint_credential_days:
        _wipe_credentials(now - timedelta(days=days))


def _wipe_drafts(before: datetime) -> None:
    for drafts in (BatchDraft.objects.all(), EndpointDraft.objects.all()):
        old = drafts.filter(changed_at__lt=before)
        retention.tell(str(old.model._meta.verbose_name_plural), old.count())
        old.delete()


def _wipe_passwords(now: datetime) -> None:
    known = MigrationUser.objects.exclude(source_password="", target_password="").filter(lease="")
    retention.tell("passwords of mailboxes", _unneeded(known, now).update(**NO_PASSWORDS))


def _unneeded(known: QuerySet[MigrationUser], now: datetime) -> QuerySet[MigrationUser]:
    """Of those whose passwords are known, those that no sync needs, as the organization has decided."""
    rule, days = organization().wipe_passwords, organization().password_days
    if rule == PasswordWipe.SYNCED:
        return known.filter(
            status=UserStatus.SYNCED, batch__in=MigrationBatch.objects.filter(allow_incremental_syncs=False)
        )
    if rule == PasswordWipe.DAYS and days:
        before = now - timedelta(days=days)
        return known.filter(status__in=RESTING, last_synced_at__lt=before, status_at__lt=before)
    return known.none()


@transaction.atomic
def _wipe_credentials(before: datetime) -> None:
    """Of endpoints that no batch uses, was tested or made since."""
    batches = MigrationBatch.objects.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk")))
    using = batches.filter(deleted_at=None).exclude(decision__in=(Decision.CREATED, Decision.STOPPED))
    synced = MigrationUser.objects.filter(
        Q(batch__source=OuterRef("pk")) | Q(batch__target=OuterRef("pk")), Q(last_synced_at__gte=before)
    )
    recent = Q(created_at__gte=before) | Q(started_at__gte=before) | Q(deleted_at__gte=before)
    tested = AvailabilityTest.objects.filter(endpoint=OuterRef("pk"), at__gte=before)
    known = MigrationEndpoint.objects.exclude(**NO_CREDENTIALS).filter(created_at__lt=before)
    unused = known.exclude(Exists(using) | Exists(batches.filter(recent)) | Exists(synced) | Exists(tested))
    for endpoint in unused:
        MigrationEndpoint.objects.filter(pk=endpoint.pk).update(**NO_CREDENTIALS)
        retention.tell(f"passwords of {endpoint}", 1)
