"""A batch's selection, fast lane and limits, from one real server to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from batches.attention import unmatched_patterns
from batches.models import MigrationBatch
from batches.services import change_settings
from tests.batches.examples import make_batch, make_user
from tests.batches.mailboxes import Migration, mails
from tests.corpus import Mail
from tests.html import page_at
from tests.servers.mailbox import Seen


def received(given: list[Mail], date: datetime) -> list[Mail]:
    return [replace(mail, date=date) for mail in given]


def on_the_target(migration: Migration) -> dict[str, int]:
    found: dict[str, list[Seen]] = migration.on_the_target()
    return {name: len(messages) for name, messages in found.items() if messages}


def test_what_is_not_selected_is_copied_once_it_is(migration: Migration) -> None:
    old = datetime(2001, 6, 1, tzinfo=UTC)
    migration.put(mails(4) + mails(2, folder=("Junk",), first=10))
    migration.put(received(mails(3, first=20), old))
    MigrationBatch.objects.update(received_from=date(2005, 1, 1), skip_junk=True)
    migration.reread()
    user = migration.slice()
    assert (user.status, user.items_total, user.items_synced) == ("synced", 4, 4)
    assert on_the_target(migration) == {"INBOX": 4}
    change_settings(migration.batch, {"received_from": None, "skip_junk": False}, by=None)
    migration.later = timedelta(hours=25)
    user = migration.slice()
    assert (user.status, user.items_total, user.items_synced) == ("synced", 9, 9)
    assert on_the_target(migration) == {"INBOX": 7, "Junk": 2}


def test_the_newest_mail_comes_first_and_the_history_in_a_later_turn(migration: Migration) -> None:
    recent = timezone.now() - timedelta(days=2)
    migration.put(mails(3) + mails(2, folder=("Work",), first=10))
    migration.put(received(mails(2, first=20), recent))
    MigrationBatch.objects.update(fast_lane_days=14, started_at=timezone.now())
    migration.reread()
    user = migration.slice()
    assert (user.status, user.items_synced, user.first_synced_at) == ("queued", 2, None)
    assert user.fast_lane_at is not None
    assert on_the_target(migration) == {"INBOX": 2}
    user = migration.slice()
    assert (user.status, user.items_synced) == ("synced", 7)
    assert on_the_target(migration) == {"INBOX": 5, "Work": 2}


def test_a_pattern_that_fits_no_folder_is_told_everywhere(migration: Migration, manager_client: Client) -> None:
    migration.put(mails(2) + mails(1, folder=("Work",), first=10))
    MigrationBatch.objects.update(exclude_folders=["Wrok", "Work"], include_folders=["#Inbox#", "Projcts/*"])
    migration.reread()
    user = migration.slice()
    assert user.unmatched_folders == "Projcts/*\nWrok"
    page = page_at(manager_client, f"/batches/{user.batch_id}/users/{user.pk}/")
    assert "No folder of this mailbox fits Projcts/*, which the settings of the batch name." in page.text
    notice = page.one("div", id="unmatched-folders").text
    assert notice.startswith(
        "No mailbox so far has a folder that fits any of Projcts/*, Wrok, which the settings name."
    )
    report = b"".join(manager_client.get(f"/batches/{user.batch_id}/users/{user.pk}/report.txt").streaming_content)  # type: ignore[attr-defined]
    assert b"No folder fits Wrok, which the settings of the batch name." in report
    assert b"No folder of this mailbox fits Wrok" in report
    MigrationBatch.objects.update(exclude_folders=["Work"], include_folders=["#Inbox#"])
    migration.later = timedelta(hours=25)
    assert migration.slice().unmatched_folders == ""


@pytest.mark.django_db
def test_a_pattern_that_fits_in_one_mailbox_is_no_slip_of_the_pen() -> None:
    batch = make_batch(include_folders=["Projects/*", "Typo"])
    make_user(batch, "a@contoso.com", items_total=3, unmatched_folders="Projects/*\nTypo")
    make_user(batch, "b@contoso.com", items_total=3, unmatched_folders="Typo")
    make_user(batch, "c@contoso.com")
    assert unmatched_patterns(batch) == ["Typo"]


def test_the_newest_mail_is_seen_on_the_pages_and_no_line_of_the_report_contradicts(
    migration: Migration, manager_client: Client
) -> None:
    migration.put(mails(3) + received(mails(2, first=20), timezone.now() - timedelta(days=2)))
    MigrationBatch.objects.update(fast_lane_days=14, started_at=timezone.now())
    migration.reread()
    user = migration.slice()
    assert (user.items_synced, user.items_total) == (2, 0)
    page = page_at(manager_client, f"/batches/{user.batch_id}/users/{user.pk}/")
    assert page.one("p", id="newest-there").text.startswith("The newest mail is there since ")
    assert page.rows()[0][1] == "QueuedNewest mail is there"
    assert page_at(manager_client, f"/batches/{user.batch_id}/").facts()["Newest mail is there"] == "1 of 1 mailboxes"
    lines = [line.text for line in user.log.all()]
    assert "Newest mail first: 2 messages of Inbox and Sent Items, 2 to copy." in lines[1]
    assert "The newest mail is on the target. The history follows when its turn comes." in lines
    assert not [line for line in lines if "Not selected" in line]
    user = migration.slice()
    assert (user.items_synced, user.items_total) == (5, 5)
    assert user.log.filter(text__startswith="Source mailbox: 1 folder, 5 messages").exists()
