"""What a page asks of the database does not grow with the organization: neither with batches and mailboxes nor with anything else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from batches.models import FolderSync, LogLine, MigrationBatch, MigrationUser, SkippedItem, StatusChange, Verification
from batches.sample.organization import make_organization
from core.models import AuditEntry, Person
from domains.models import Domain
from endpoints.models import AvailabilityTest
from notifications.models import Event, Kind, Mail, Webhook
from tests.batches.examples import NOON, leased, make_endpoint

LISTS = (
    *("overview:start", "batches:list", "endpoints:list", "domains:list", "reports:index", "reports:skipped"),
    *("core:activity", "core:people", "notifications:index", "notifications:mails", "notifications:webhooks"),
)
NEW = count(1)
FIGURES = ("total", "synced", "failed", "working", "waiting", "stopped", "items", "skipped", "octets")


def grow(by: int, busy: MigrationBatch | None = None) -> None:
    """So many of everything more; of what belongs to a mailbox, for one that is at work in ``busy``."""
    make_organization(batches=5 * by, users=20 * by, now=timezone.now())
    batch = busy or the_busy_batch()
    for _ in range(by):
        endpoint = make_endpoint(f"SRV-{next(NEW)}")
        AvailabilityTest.objects.create(endpoint=endpoint, passed=True, found={})
        Domain.objects.create(name=f"d{next(NEW)}.contoso.com", token="MS=ms1")
        Person.objects.create(username=f"person{next(NEW)}")
        Webhook.objects.create(url="https://hooks.contoso.com/", secret="secret")
        event = Event.objects.create(
            kind=Kind.STARTED, batch=batch, facts=dict.fromkeys(FIGURES, 1), at=NOON, closed_at=NOON
        )
        Mail.objects.create(event=event, created_at=timezone.now(), recipient="it@contoso.com", language="en")
        AuditEntry.objects.create(action="sign in", name="administrator")
    _fill(batch, the_busy_user(batch), by)


def the_busy_batch() -> MigrationBatch:
    return MigrationBatch.objects.order_by("pk")[2]


def the_busy_user(batch: MigrationBatch) -> MigrationUser:
    """A worker has it."""
    batch.users.filter(position=2).update(status="syncing", **leased(timezone.now() + timedelta(days=1)))
    return batch.users.get(position=2)


def _fill(batch: MigrationBatch, user: MigrationUser, by: int) -> None:
    now, number = timezone.now(), next(NEW)
    MigrationUser.objects.bulk_create(
        MigrationUser(batch=batch, position=number * 100 + i, address=f"more{number}-{i}@contoso.com", status_at=now)
        for i in range(by)
    )
    for i in range(by):
        path, key = [f"Folder {number}-{i}"], f"{number}-{i}"
        FolderSync.objects.create(user=user, source=path, target=path, source_key=key)
        SkippedItem.objects.create(user=user, folder=path[0], folder_key=key, uid=1, kind="refused", size=1)
        LogLine.objects.create(user=user, at=now, text="Copy progress: 50/100 messages.")
        StatusChange.objects.create(user=user, old="queued", new="syncing", at=now - timedelta(minutes=i))
        Verification.objects.create(user=user, asked_at=now, ended_at=now, error_code="no_connection")


def pages(batch: MigrationBatch, user: MigrationUser) -> Mapping[str, str]:
    lists = {name: reverse(name) for name in LISTS}
    of_batch = {
        name: reverse(f"batches:{name}", args=[batch.pk]) for name in ("detail", "users", "settings", "deletion")
    }
    more = {"sorted": reverse("batches:list") + "?sort=-percentage", "search": reverse("batches:search") + "?q=person"}
    return {
        **lists,
        **of_batch,
        **more,
        "failed": of_batch["users"] + "?status=failed",
        "different": of_batch["users"] + "?status=different",
        "user": reverse("batches:user", args=[batch.pk, user.pk]),
        "endpoint": reverse("endpoints:detail", args=[batch.source_id]),
    }


def queries(client: Client, addresses: Mapping[str, str]) -> dict[str, int]:
    found = {}
    for name, address in addresses.items():
        assert client.get(address).status_code == 200, name  # what is remembered from now on
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[name] = len(captured)
    return found


def test_ten_times_as_much_of_everything_costs_no_page_a_query_more(
    administrator_client: Client,
) -> None:
    grow(2)
    batch = the_busy_batch()
    addresses = pages(batch, the_busy_user(batch))
    few = queries(administrator_client, addresses)
    grow(18, batch)
    many = queries(administrator_client, addresses)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
