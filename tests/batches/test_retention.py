"""What the organization does not want to keep for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from batches.models import BatchDraft, MigrationUser
from batches.pairs import open_side
from batches.retention import wipe_expired
from batches.states import Decision
from core.models import AuditEntry, OrganizationSettings, Person, PersonSession, RefusedSignIn
from core.organization import keep
from endpoints.models import EndpointDraft, MigrationEndpoint
from mailsync.errors import Stop
from tests.batches.examples import make_batch, make_endpoint, make_user
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SECRETS = {"source_password": "s3cret", "target_password": "s3cret"}


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def wiped() -> dict[str, int]:
    """What was deleted, as auditors see it."""
    entries = AuditEntry.objects.filter(action="wipe", who=None)
    return {entry.thing: entry.details["number"] for entry in entries}


def have_passwords() -> list[str]:
    kept = MigrationUser.objects.exclude(source_password="", target_password="")
    return sorted(kept.values_list("address", flat=True))


def test_drafts_that_nobody_goes_on_with_are_deleted(administrator: Person) -> None:
    keep(OrganizationSettings(draft_days=7))
    for age in (6, 8):
        for draft in (BatchDraft.objects.create(by=administrator), EndpointDraft.objects.create(by=administrator)):
            type(draft).objects.filter(pk=draft.pk).update(changed_at=days_ago(age))
    wipe_expired(timezone.now())
    assert (BatchDraft.objects.count(), EndpointDraft.objects.count()) == (1, 1)
    assert wiped() == {"batch drafts": 1, "endpoint drafts": 1}


def some_users() -> None:
    for incremental in (True, False):
        batch = make_batch(f"in step {incremental}", allow_incremental_syncs=incremental)
        for name, status, age in [("fresh", "synced", 1), ("old", "synced", 9), ("stopped", "stopped", 9)]:
            address = f"{name}-{incremental}".lower() + "@contoso.com"
            make_user(batch, address, status=status, status_at=days_ago(age), last_synced_at=days_ago(age), **SECRETS)
        waiting = f"waiting-{incremental}".lower() + "@contoso.com"
        make_user(batch, waiting, status="queued", status_at=days_ago(9), **SECRETS)


@pytest.mark.parametrize(
    ("rule", "forgotten"),
    [
        ({"wipe_passwords": "deleted"}, set()),
        ({"wipe_passwords": "synced"}, {"fresh-false", "old-false"}),
        (
            {"wipe_passwords": "days", "password_days": 7},
            {"old-false", "old-true", "stopped-false", "stopped-true"},
        ),
    ],
    ids=lambda value: value.get("wipe_passwords") if isinstance(value, dict) else "",
)
def test_passwords_are_forgotten_as_the_organization_has_decided(rule: dict[str, Any], forgotten: set[str]) -> None:
    some_users()
    before = set(have_passwords())
    keep(OrganizationSettings(**rule))
    wipe_expired(timezone.now())
    assert before - set(have_passwords()) == {f"{name}@contoso.com" for name in forgotten}
    assert wiped() == ({"passwords of mailboxes": len(forgotten)} if forgotten else {})


def test_nobody_who_is_at_work_loses_a_password() -> None:
    keep(OrganizationSettings(wipe_passwords="synced"))
    make_user(make_batch(allow_incremental_syncs=False), status="synced", lease="x", **SECRETS)
    wipe_expired(timezone.now())
    assert have_passwords()


def old_endpoint(name: str) -> MigrationEndpoint:
    endpoint = make_endpoint(name, admin_password="s3cret", test_password="s3cret")
    MigrationEndpoint.objects.filter(pk=endpoint.pk).update(created_at=days_ago(99))
    return endpoint


def old_batch(name: str, **fields: Any) -> Any:
    batch = make_batch(name, **fields)
    type(batch).objects.filter(pk=batch.pk).update(created_at=days_ago(99))
    return batch


def test_passwords_of_endpoints_that_nobody_uses_are_forgotten() -> None:
    keep(OrganizationSettings(endpoint_credential_days=30))
    unused, running, recent, stopped, tested = map(old_endpoint, ("UNUSED", "RUNNING", "RECENT", "STOPPED", "TESTED"))
    make_endpoint("NEW", admin_password="s3cret")
    old_batch("one", source=running, target=running, decision=Decision.STARTED)
    make_user(old_batch("two", source=recent, target=unused, decision=Decision.STOPPED), last_synced_at=days_ago(50))
    make_user(old_batch("three", source=recent, target=recent, decision=Decision.STOPPED), last_synced_at=days_ago(1))
    old_batch("four", source=stopped, target=stopped, decision=Decision.STOPPED)
    tested.tests.create(passed=True)
    wipe_expired(timezone.now())
    kept = MigrationEndpoint.objects.exclude(admin_password="").values_list("name", flat=True)
    assert sorted(kept) == ["NEW", "RECENT", "RUNNING", "TESTED"]
    assert wiped() == {"passwords of STOPPED": 1, "passwords of UNUSED": 1}


def test_they_are_kept_where_the_organization_says_nothing() -> None:
    old_endpoint("UNUSED")
    wipe_expired(timezone.now())
    assert MigrationEndpoint.objects.exclude(admin_password="").exists()


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("given", [{}, {"sign_in": "template", "admin_user": "admin"}])
def test_an_empty_password_is_never_tried(side: str, given: dict[str, str]) -> None:
    endpoint = make_endpoint("EMPTY", **given)
    user = make_user(make_batch(source=endpoint, target=endpoint), source_password="", target_password="")
    with pytest.raises(Stop) as stopped:
        open_side(user, side, lambda: True)
    assert (stopped.value.code, stopped.value.side) == ("password_missing", side)


def test_ended_sessions_and_old_refusals_leave_nothing_behind(manager: Person) -> None:
    RefusedSignIn.objects.create(at=days_ago(1), name="anna")
    Client().post("/sign-in/", {"username": "manager", "password": PASSWORD})
    wipe_expired(timezone.now())
    assert (RefusedSignIn.objects.count(), PersonSession.objects.count()) == (0, 1)
    wipe_expired(timezone.now() + timedelta(days=1))
    assert PersonSession.objects.count() == 0


def test_what_has_been_done_is_not_told_twice() -> None:
    keep(OrganizationSettings(wipe_passwords="synced"))
    make_user(make_batch(allow_incremental_syncs=False), status="synced", **SECRETS)
    for _ in range(2):
        wipe_expired(timezone.now())
    assert AuditEntry.objects.filter(action="wipe").count() == 1
