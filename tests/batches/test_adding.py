"""More mailboxes for a batch, the file they came from, and a new batch of those that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.adding.failed import draft_from_failed
from batches.csv_import import CsvRow
from batches.models import BatchDraft, MigrationBatch, MigrationUser, UploadedFile
from batches.services import NotNow, add_users
from batches.states import Decision
from batches.wizard import steps
from batches.wizard.file import read_file
from core.models import AuditEntry, Person
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user
from tests.batches.wizard.drafting import CANARY, admin_endpoint, make_draft, ready_draft, text, upload
from tests.html import page_at

pytestmark = pytest.mark.django_db
LIST = (
    f"EmailAddress,Password,Shoe size\nold@contoso.com,{CANARY},44\nnew1@contoso.com,{CANARY},41\nnew2@contoso.com,,\n"
)


def batch_with(address: str = "Old@contoso.com", **fields: Any) -> MigrationBatch:
    batch = make_batch(source=admin_endpoint("OLD"), target=admin_endpoint("NEW"), **fields)
    make_user(batch, address, status="synced", position=9, target_password=CANARY)
    return batch


def test_only_what_is_new_is_added_and_the_rest_is_told(administrator_client: Client, administrator: Person) -> None:
    batch = batch_with()
    url = reverse("batches:add-users", args=[batch.pk])
    answer = administrator_client.post(url, {"file": upload(LIST), "allow_unknown_columns": "on"}, follow=True)
    shown = text(answer)
    assert "2 mailboxes are new" in shown
    assert "1 is in the batch already and stays as it is." in shown
    assert CANARY not in shown
    answer = administrator_client.post(f"{url}now/", follow=True)
    assert "2 mailboxes have been added to StagedBatch1." in text(answer)
    assert "1 was in it already and stays as it is." in text(answer)
    users = batch.users.order_by("position").values_list("address", "position", "status", "target_password")
    assert list(users)[1:] == [("new1@contoso.com", 12, "queued", CANARY), ("new2@contoso.com", 13, "queued", "")]
    assert not MigrationUser.objects.filter(due_at=None, address__startswith="new").exists()
    assert AuditEntry.objects.filter(action="add users", who=administrator).get().details["already_there"] == 1
    assert not BatchDraft.objects.exists()
    answer = administrator_client.post(f"{url}now/", follow=True)  # pressed twice
    assert "There is no CSV file to add mailboxes from." in text(answer)


def test_a_wrong_password_is_put_right_by_uploading_its_line_again(administrator_client: Client) -> None:
    batch = batch_with()
    wrong = {"status": "failed", "error_code": "sign_in_failed", "target_password": "wrong", "due_at": None}
    make_user(batch, "Bad@contoso.com", **wrong)
    make_user(batch, "kept@contoso.com", status="synced", target_password="as it was")
    url = reverse("batches:add-users", args=[batch.pk])
    file = f"EmailAddress,Password\nbad@contoso.com,{CANARY}\nold@contoso.com,{CANARY}\nkept@contoso.com,\n"
    shown = text(administrator_client.post(url, {"file": upload(file)}, follow=True))
    assert "1 mailbox gets a new password" in shown
    assert "2 are in the batch already and stay as they are." in shown
    assert "Try the one of them that has failed again at once" in shown
    shown = text(administrator_client.post(f"{url}now/", {"retry": "on"}, follow=True))
    assert "1 mailbox has a new password." in shown
    assert "1 failed mailbox is tried again with it." in shown
    users = (
        batch.users.exclude(position=9).order_by("address_lower").values_list("address", "status", "target_password")
    )
    assert list(users) == [("Bad@contoso.com", "queued", CANARY), ("kept@contoso.com", "synced", "as it was")]
    entry = AuditEntry.objects.get(action="give new passwords")
    assert entry.details == {"users": 1, "addresses": ["Bad@contoso.com"]}
    assert CANARY not in UploadedFile.objects.get().text


def test_a_wrong_user_name_is_put_right_the_same_way(administrator_client: Client) -> None:
    batch = batch_with(type="imap")
    bad = make_user(batch, "bad@contoso.com", status="failed", user_name="bda", source_password=CANARY)
    url = reverse("batches:add-users", args=[batch.pk])
    file = f"EmailAddress,UserName,Password\nbad@contoso.com,bad,{CANARY}\n"
    shown = text(administrator_client.post(url, {"file": upload(file)}, follow=True))
    assert "1 mailbox gets another user name" in shown
    assert "new password" not in shown
    assert "Take over the corrections" in shown
    shown = text(administrator_client.post(f"{url}now/", {"retry": "on"}, follow=True))
    assert "1 mailbox has another user name." in shown
    assert "1 failed mailbox is tried again with it." in shown
    bad.refresh_from_db()
    assert (bad.user_name, bad.source_password, bad.status) == ("bad", CANARY, "queued")
    assert AuditEntry.objects.get(action="give new user names").details["addresses"] == ["bad@contoso.com"]


def test_who_failed_waits_for_retry_where_nobody_asked_for_it_or_the_batch_is_stopped(
    administrator_client: Client,
) -> None:
    batch = batch_with(type="imap", decision=Decision.STOPPED)
    bad = make_user(batch, "bad@contoso.com", status="failed", user_name="bad", source_password="wrong")
    url = reverse("batches:add-users", args=[batch.pk])
    file = f"EmailAddress,UserName,Password\nbad@contoso.com,bad,{CANARY}\n"
    shown = text(administrator_client.post(url, {"file": upload(file)}, follow=True))
    assert "Try the one" not in shown
    administrator_client.post(f"{url}now/", {"retry": "on"})
    bad.refresh_from_db()
    assert (bad.status, bad.source_password) == ("failed", CANARY)


def test_the_file_stays_with_the_batch_without_anything_secret(
    administrator_client: Client, manager_client: Client, helpdesk_client: Client
) -> None:
    batch = batch_with()
    url = reverse("batches:add-users", args=[batch.pk])
    administrator_client.post(url, {"file": upload(LIST, "more.csv"), "allow_unknown_columns": "on"})
    administrator_client.post(f"{url}now/")
    link = page_at(manager_client, f"/batches/{batch.pk}/").one("a", id=f"flyout-file-{UploadedFile.objects.get().pk}")
    assert link.text == "more.csv"
    answer = manager_client.get(link["href"])
    assert b"".join(answer).decode("utf-8-sig").split() == [
        "EmailAddress,Password",
        "old@contoso.com,",
        "new1@contoso.com,",
        "new2@contoso.com,",
    ]
    assert 'filename="more.csv"' in answer.headers["Content-Disposition"]
    assert AuditEntry.objects.get(action="download CSV file").thing == "more.csv"
    assert helpdesk_client.get(link["href"]).status_code == 403


def test_a_new_batch_keeps_its_file(administrator: Person) -> None:
    batch = steps.create_batch(ready_draft(administrator).pk, by=administrator)
    kept = batch.files.get()
    assert (kept.name, kept.by) == ("StagedBatch1.csv", administrator)
    assert "pilarp@contoso.com,,False" in kept.text
    assert CANARY not in kept.text


def test_problems_are_told_and_nothing_is_added(administrator_client: Client) -> None:
    batch = batch_with()
    make_user(make_batch("Other"), "taken@contoso.com")
    url = reverse("batches:add-users", args=[batch.pk])
    answer = administrator_client.post(url, {"file": upload("EmailAddress\ntaken@contoso.com\nnobody\n")}, follow=True)
    assert "has 2 problems, so nothing has been taken from it" in text(answer)
    assert "The CSV file has 2 problems." in text(administrator_client.post(f"{url}now/", follow=True))
    assert batch.users.count() == 1
    assert "has been thrown away" in text(administrator_client.post(f"{url}discard/", follow=True))
    assert not BatchDraft.objects.exists()


def test_a_file_must_have_the_passwords_that_the_endpoints_need(administrator_client: Client) -> None:
    batch = make_batch(source=admin_endpoint("OLD"), target=make_endpoint("NEW"))
    url = reverse("batches:add-users", args=[batch.pk])
    administrator_client.post(url, {"file": upload("EmailAddress\nnew@contoso.com\n")})
    assert "is opened with each user" in text(administrator_client.post(f"{url}now/", follow=True))


def test_no_file_is_refused_at_the_field(administrator_client: Client) -> None:
    url = reverse("batches:add-users", args=[batch_with().pk])
    assert "Choose the CSV file" in text(administrator_client.post(url, {}, follow=True))


def test_a_file_for_a_batch_is_no_unfinished_batch(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, LIST, adds_to=batch_with(), allow_unknown_columns=True)
    assert "more.csv" not in text(administrator_client.get(reverse("batches:wizard-start")))
    with pytest.raises(BatchDraft.DoesNotExist):
        steps.create_batch(draft.pk, by=administrator)


def test_who_is_added_begins_when_the_batch_does() -> None:
    later = timezone.now() + timedelta(hours=3)
    batches = [
        make_batch("Created", decision=Decision.CREATED),
        make_batch("Later", start_after=later),
        make_batch("Stopped", decision=Decision.STOPPED),
    ]
    for number, batch in enumerate(batches):
        assert add_users(batch, [CsvRow(2, f"a{number}@contoso.com")], by=None) == 1
    assert [batch.users.get().due_at for batch in batches] == [None, later, None]


def test_nobody_is_added_to_a_deleted_batch_or_taken_from_another() -> None:
    make_user(make_batch("Other"), "a@contoso.com")
    with pytest.raises(NotNow, match="is in the batch Other already"):
        add_users(make_batch(), [CsvRow(2, "A@contoso.com")], by=None)
    gone = make_batch("Gone", decision=Decision.REMOVING, deleted_at=NOON)
    with pytest.raises(NotNow, match="has been deleted"):
        add_users(gone, [CsvRow(2, "b@contoso.com")], by=None)


def test_a_new_batch_is_described_by_the_failed_mailboxes_of_another(
    administrator_client: Client, administrator: Person
) -> None:
    batch = batch_with(bad_item_limit=3, skip_junk=True, notification_emails=["it@contoso.com"])
    failed = make_user(batch, "bad@contoso.com", status="failed", target_password=CANARY, force_change_password=True)
    make_batch("StagedBatch1-2")
    answer = administrator_client.post(reverse("batches:from-failed", args=[batch.pk]), follow=True)
    assert "They leave that batch when you create the new one." in text(answer)
    draft = BatchDraft.objects.get()
    assert (draft.name, draft.mailbox_count, draft.takes_from) == ("StagedBatch1-3", 1, batch)
    assert (draft.bad_item_limit, draft.skip_junk, draft.notification_emails) == (3, True, ["it@contoso.com"])
    assert read_file(draft).rows[0].password == CANARY
    new = steps.create_batch(draft.pk, by=administrator)
    user = new.users.get()
    assert (user.address, user.target_password, user.force_change_password) == ("bad@contoso.com", CANARY, True)
    assert not MigrationUser.objects.filter(pk=failed.pk).exists()
    assert batch.users.count() == 1
    assert AuditEntry.objects.get(action="hand over failed users").details == {"users": 1, "into": "StagedBatch1-3"}


def test_who_has_recovered_meanwhile_stays_where_it_is(administrator: Person) -> None:
    batch = batch_with()
    user = make_user(batch, "bad@contoso.com", status="failed")
    draft = draft_from_failed(batch, by=administrator)
    user.status = "queued"
    user.save()
    with pytest.raises(NotNow, match="The CSV file has 1 problem"):
        steps.create_batch(draft.pk, by=administrator)


def test_the_file_of_an_imap_batch_has_the_names_and_passwords_of_the_source(administrator: Person) -> None:
    batch = make_batch(type="imap")
    make_user(batch, "bad@contoso.com", status="failed", user_name="bad", source_password=CANARY)
    row = read_file(draft_from_failed(batch, by=administrator)).rows[0]
    assert (row.address, row.user_name, row.password) == ("bad@contoso.com", "bad", CANARY)


def test_without_failures_there_is_nothing_to_take_over(administrator_client: Client) -> None:
    batch = batch_with()
    answer = administrator_client.post(reverse("batches:from-failed", args=[batch.pk]), follow=True)
    assert "No mailbox of StagedBatch1 has failed." in text(answer)
