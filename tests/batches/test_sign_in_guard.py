"""Wrong credentials lock no account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batches.leases import Lease
from batches.models import MigrationBatch, StatusChange
from batches.sign_in_guard import note_refusal, note_success, note_trust
from batches.states import Decision
from core.models import AuditEntry
from endpoints.models import SignIn
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user, statuses

pytestmark = pytest.mark.django_db


def refuse(batch: MigrationBatch, times: int, side: str = "source") -> MigrationBatch:
    for _ in range(times):
        note_refusal(batch.pk, side, Lease(0, "mine"), NOON)
    return MigrationBatch.objects.get()


@pytest.mark.parametrize(
    ("sign_in", "side", "most"),
    [
        (SignIn.USER, "source", 3),
        (SignIn.TEMPLATE, "source", 2),
        (SignIn.AUTHORIZATION, "source", 2),
        (SignIn.TEMPLATE, "target", 3),
    ],
)
def test_a_batch_stops_by_itself_after_a_few_refusals_in_a_row(sign_in: str, side: str, most: int) -> None:
    batch = make_batch(source=make_endpoint("OLD", sign_in=sign_in))
    make_user(batch)
    make_user(batch, "tobyn@contoso.com", status="syncing")
    make_user(batch, "briant@contoso.com", status="synced")
    assert refuse(batch, most - 1, side).decision == Decision.STARTED
    stopped = refuse(batch, 1, side)
    assert (stopped.decision, stopped.attention, stopped.sign_in_failures) == ("stopped", "sign_in_failures", most)
    assert statuses(batch) == ["stopped", "stopping", "synced"]
    assert StatusChange.objects.filter(reason="sign_in_failures", by=None).count() == 2
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.who, entry.details["reason"]) == ("stop batch", None, "sign_in_failures")


def test_a_success_in_between_begins_the_count_anew() -> None:
    batch = make_batch()
    refuse(batch, 2)
    note_success(batch, NOON)
    after = refuse(batch, 2)
    assert (after.decision, after.sign_in_failures) == (Decision.STARTED, 2)


def test_a_pass_that_did_not_sign_in_at_both_servers_closes_no_open_refusal() -> None:
    batch = make_batch(signed_in_at=NOON)
    refuse(batch, 1)
    note_trust(batch, NOON + timedelta(hours=1))
    after = MigrationBatch.objects.get()
    assert (after.sign_in_failures, after.signed_in_at) == (1, NOON)


def test_refusals_that_were_on_their_way_when_the_batch_stopped_change_nothing_more() -> None:
    batch = make_batch()
    refuse(batch, 5)
    assert AuditEntry.objects.count() == 1
