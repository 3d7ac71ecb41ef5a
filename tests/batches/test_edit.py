"""Changing a batch that is there already: its name stays, all else can be changed while that means something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.models import MigrationBatch
from batches.services import NotNow, change_settings, settings_mark
from batches.states import Decision
from core.models import Person
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user
from tests.batches.wizard.drafting import admin_endpoint, text
from tests.html import page_at

pytestmark = pytest.mark.django_db


def stopped_batch() -> MigrationBatch:
    return make_batch(decision=Decision.STOPPED, source=admin_endpoint("OLD"), target=admin_endpoint("NEW"))


def path(batch: MigrationBatch) -> str:
    return reverse("batches:settings", args=[batch.pk])


def test_a_stopped_batch_gets_other_endpoints_recipients_and_interval(administrator_client: Client) -> None:
    batch, other = stopped_batch(), admin_endpoint("OTHER")
    given = {"source": other.pk, "target": batch.target_id, "notification_emails": "it@contoso.com; hq@contoso.com"}
    answer = administrator_client.post(path(batch), {**given, "report_interval_hours": "6"}, follow=True)
    assert "The settings of StagedBatch1 have been changed." in text(answer)
    batch.refresh_from_db()
    assert (batch.source, batch.signed_in_at) == (other, None)
    assert (batch.notification_emails, batch.report_interval_hours) == (["it@contoso.com", "hq@contoso.com"], 6)


def test_endpoints_stay_while_somebody_may_work_on_the_batch(administrator_client: Client) -> None:
    batch, other = make_batch(), admin_endpoint("OTHER")
    page = page_at(administrator_client, path(batch))
    assert "disabled" in page.one("select", name="source").attributes
    assert "stop it first, and wait until it has stopped" in page.text
    administrator_client.post(path(batch), {"source": other.pk})
    batch.refresh_from_db()
    assert batch.source != other
    with pytest.raises(NotNow, match="is being worked on"):
        change_settings(batch, {"source": other}, by=None)
    stopping = make_batch("Stopping", decision=Decision.STOPPED)
    make_user(stopping, status="stopping", **leased(NOON))
    with pytest.raises(NotNow, match="is being worked on"):
        change_settings(stopping, {"target": other}, by=None)


def test_endpoints_that_do_not_suit_the_batch_are_refused_at_the_field(administrator_client: Client) -> None:
    batch, own = stopped_batch(), make_endpoint("OWN-PASSWORDS")
    make_user(batch, status="stopped")
    answer = administrator_client.post(path(batch), {"source": batch.source_id, "target": own.pk}, follow=True)
    assert "is opened with each user" in text(answer)
    answer = administrator_client.post(path(batch), {"source": batch.target_id, "target": batch.target_id}, follow=True)
    assert "Source and target are the same server" in text(answer)


def test_a_batch_that_waits_begins_at_another_time(administrator_client: Client) -> None:
    soon, later = (
        timezone.now() + timedelta(hours=1),
        timezone.now().replace(microsecond=0, second=0) + timedelta(hours=9),
    )
    batch = make_batch(start_after=soon, started_at=soon)
    user = make_user(batch, due_at=soon)
    assert page_at(administrator_client, path(batch)).all("input", name="start_after")
    administrator_client.post(path(batch), {"start_after": f"{later:%Y-%m-%dT%H:%M}"})
    batch.refresh_from_db()
    user.refresh_from_db()
    assert batch.start_after == batch.started_at == user.due_at == later
    begun = make_batch("Begun")
    assert not page_at(administrator_client, path(begun)).all("input", name="start_after")
    with pytest.raises(NotNow, match="has begun already"):
        change_settings(begun, {"start_after": later}, by=None)


def test_incremental_syncs_end_and_begin_again() -> None:
    batch = make_batch()
    user = make_user(batch, status="synced", first_synced_at=NOON)
    change_settings(batch, {"allow_incremental_syncs": False}, by=None)
    user.refresh_from_db()
    assert user.due_at is None
    change_settings(batch, {"allow_incremental_syncs": True}, by=None)
    user.refresh_from_db()
    assert user.due_at is not None


def test_a_deleted_batch_is_not_changed() -> None:
    gone = make_batch(decision=Decision.REMOVING)
    with pytest.raises(NotNow, match="has been deleted"):
        change_settings(gone, {"skip_junk": True}, by=None)


def test_the_second_of_two_tabs_does_not_undo_what_the_first_has_saved(administrator_client: Client) -> None:
    batch = stopped_batch()
    seen = page_at(administrator_client, path(batch)).one("input", name="seen")["value"]
    given = {"source": batch.source_id, "target": batch.target_id, "seen": seen}
    first = administrator_client.post(path(batch), given | {"report_interval_hours": "6"}, follow=True)
    assert "have been changed." in text(first)
    second = administrator_client.post(path(batch), given | {"report_interval_hours": "8"}, follow=True)
    assert "changed since this page was opened, and nothing of this has been saved" in text(second)
    batch.refresh_from_db()
    assert batch.report_interval_hours == 6


def test_who_saves_at_the_same_moment_is_told_so_too(administrator: Person) -> None:
    batch = stopped_batch()
    seen = settings_mark(batch)
    change_settings(batch, {"skip_junk": True}, by=administrator, seen=seen)
    with pytest.raises(NotNow, match="changed since this page was opened"):
        change_settings(batch, {"skip_junk": False}, by=administrator, seen=seen)
