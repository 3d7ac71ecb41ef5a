"""Everything that is known of one mailbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches import services
from batches.models import FolderSync, LogLine, MigrationUser, SkippedItem, StatusChange
from batches.moves import move_user
from core.models import Person
from tests.batches.downloads import file_at
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user
from tests.html import Page, page_at

REFUSED = "NO [AUTHENTICATIONFAILED] Authentication failed."


def details(client: Client, user: MigrationUser) -> Page:
    return page_at(client, f"/batches/{user.batch_id}/users/{user.pk}/")


def skip(user: MigrationUser, number: int = 1, **fields: Any) -> None:
    given = {
        "folder": "Archief/2019",
        "folder_key": "k",
        "kind": "too_large",
        "reason": "NO [LIMIT] Too big.",
        "size": 1024,
    }
    for uid in range(number):
        SkippedItem.objects.create(user=user, uid=uid, subject="Salaries", date=NOON, **(given | fields))


def folder(user: MigrationUser, *path: str, copied: int = 0, key: str = "") -> None:
    name = list(path)
    FolderSync.objects.create(user=user, source=name, target=name, source_key=key or str(path), copied_count=copied)


def test_figures_of_a_mailbox(helpdesk_client: Client) -> None:
    figures: dict[str, Any] = {"items_total": 30, "items_synced": 24, "items_skipped": 1}
    data: dict[str, Any] = {"octets_synced": 123_843, "active_seconds": 60.0}
    times: dict[str, Any] = {"last_new_items_at": NOON, "last_synced_at": NOON + timedelta(hours=1)}
    facts = details(helpdesk_client, make_user(make_batch(), status="synced", **figures, **data, **times)).facts()
    assert facts["Items synced"] == "24 of 30"
    assert facts["Items skipped"] == "1"
    assert facts["Data migrated"] == "120.9 KB (123,843 bytes)"
    assert facts["Migration rate"] == "120.9 KB a minute"
    assert facts["Last successful sync date"] == "2 March 2026 12:00 UTC"
    assert facts["Last looked for new items"] == "2 March 2026 13:00 UTC"


def test_a_mailbox_with_nothing_behind_it_promises_nothing(helpdesk_client: Client) -> None:
    facts = details(helpdesk_client, make_user(make_batch())).facts()
    assert (facts["Items synced"], facts["Migration rate"], facts["Last successful sync date"]) == ("0", "–", "never")


def test_the_status_is_explained_and_so_is_the_wait(helpdesk_client: Client) -> None:
    page = details(helpdesk_client, make_user(make_batch(decision="created")))
    assert page.one("p", class_="status").text == "Queued"
    assert page.one("p", class_="status-help").text == "The mailbox waits for its turn."
    assert page.one("div", class_="notice-info").text == "The batch has not been started."


def test_an_error_is_a_sentence_with_the_servers_own_words_below(helpdesk_client: Client) -> None:
    error: dict[str, Any] = {
        "error_code": "sign_in_failed",
        "error_side": "source",
        "error_words": REFUSED,
        "error_at": NOON,
    }
    page = details(helpdesk_client, make_user(make_batch(), status="failed", **error))
    sentence = page.one("div", class_="notice-danger").text
    assert sentence.startswith("The source server exch-srv-01.contoso.com refused the sign-in of pilarp@contoso.com.")
    assert "2 March 2026 12:00 UTC" in sentence
    assert page.one("pre", class_="words").text == REFUSED


@pytest.mark.parametrize(("side", "name"), [("source", "pilar*migadmin"), ("target", "pilarp@contoso.com")])
def test_a_refused_sign_in_names_who_signed_in(side: str, name: str, helpdesk_client: Client) -> None:
    admin = {"sign_in": "template", "user_template": "{user}*{admin}", "admin_user": "migadmin"}
    batch = make_batch(source=make_endpoint("OLD", **admin))
    error = {"error_code": "sign_in_failed", "error_side": side, "error_words": REFUSED}
    user = make_user(batch, status="failed", user_name="pilar", **error)
    sentence = details(helpdesk_client, user).one("div", class_="notice-danger").text
    assert f"refused the sign-in of {name}. Check that the mailbox exists there" in sentence


def test_a_missing_mailbox_is_named_by_its_address(helpdesk_client: Client) -> None:
    batch = make_batch(source=make_endpoint("OLD", sign_in="authorization", admin_user="migadmin"))
    user = make_user(batch, status="failed", error_code="mailbox_missing", error_side="source")
    assert "has no mailbox for pilarp@contoso.com" in details(helpdesk_client, user).text


def test_an_error_of_this_system_is_not_blamed_on_a_server(helpdesk_client: Client) -> None:
    page = details(helpdesk_client, make_user(make_batch(), status="failed", error_code="database", error_at=NOON))
    assert "Look whether its disk is full." in page.one("div", class_="notice-danger").text


def test_what_a_server_says_is_text_and_never_markup(manager_client: Client) -> None:
    nasty = '<script>alert(1)</script><b title="x">'
    user = make_user(make_batch(), status="failed", error_code="refused", error_words=nasty, items_skipped=1)
    skip(user, reason=nasty, folder=nasty)
    page = details(manager_client, user)
    assert [words.text for words in page.all("pre", class_="words")] == [nasty, nasty]
    assert "<script>alert" not in page.source


def test_skipped_items_are_listed_with_date_subject_kind_and_folder(manager_client: Client) -> None:
    user = make_user(make_batch(), items_skipped=1)
    skip(user)
    table = details(manager_client, user).one("details", id="skipped")
    assert "open" in table.attributes
    assert "DateSubjectKindFolder name" in table.text.replace(" ", "").replace("Foldername", "Folder name")
    for words in ("2 March 2026 12:00 UTC", "Salaries", "Too large", "1.0 KB", "Archief/2019", "NO [LIMIT] Too big."):
        assert words in table.text


def test_helpdesk_sees_that_items_were_skipped_and_not_what_they_are_about(helpdesk_client: Client) -> None:
    user = make_user(make_batch(), items_skipped=1)
    skip(user)
    page = details(helpdesk_client, user)
    assert "NO [LIMIT] Too big." in page.one("details", id="skipped").text
    assert "Salaries" not in page.source
    assert "Subject" not in page.source


def test_of_very_many_skipped_items_the_rest_is_in_the_report(manager_client: Client) -> None:
    user = make_user(make_batch(), items_skipped=103)
    skip(user, 103)
    text = details(manager_client, user).one("details", id="skipped").text
    assert text.count("Salaries") == 100
    assert "These are the first 100. All of them are in SkippedItems.csv." in text


def test_folders_are_listed_with_where_they_went(helpdesk_client: Client) -> None:
    user = make_user(make_batch(), items_skipped=2)
    folder(user, "Archief", "2019", copied=1_234, key="k")
    skip(user, 2)
    text = details(helpdesk_client, user).one("details", id="folders").text
    assert text.startswith("Folders (1)")
    assert "Archief / 2019Archief / 20191,2342" in text.replace(" Archief", "Archief")


def test_durations_come_from_the_timeline(helpdesk_client: Client) -> None:
    user = make_user(make_batch())
    move_user(user, "validating", at=NOON + timedelta(minutes=10))
    move_user(user, "syncing", at=NOON + timedelta(minutes=11))
    move_user(user, "failed", at=NOON + timedelta(minutes=41), reason="over_quota", words="NO [OVERQUOTA]")
    facts = details(helpdesk_client, user).facts()
    assert (facts["Queued duration"], facts["In-progress duration"], facts["Stalled duration"]) == (
        "10 min 0 s",
        "31 min 0 s",
        "0 s",
    )


def test_the_timeline_tells_who_and_why_newest_first(administrator: Person, helpdesk_client: Client) -> None:
    user = make_user(make_batch())
    move_user(user, "stopped", at=NOON + timedelta(minutes=1), reason="stop", by=administrator)
    move_user(user, "queued", at=NOON + timedelta(minutes=2), reason="resume", by=administrator)
    move_user(user, "failed", at=NOON + timedelta(minutes=3), reason="over_quota", words="NO [OVERQUOTA] Full.")
    page = details(helpdesk_client, user)
    newest, resumed, stopped, first = (
        entry.text for entry in page.all("li") if "CET" in entry.text or "UTC" in entry.text
    )
    assert newest.startswith("Failed")
    assert "is full. Raise its quota" in newest
    assert "NO [OVERQUOTA] Full." in newest
    assert "administrator: resumed" in resumed
    assert "administrator: stopped" in stopped
    assert first.startswith("Queued")


@pytest.mark.parametrize(
    "reason", ["slice", "shutdown", "worker_lost", "sign_in_failures", "database", "hung_up", "new"]
)
def test_every_reason_can_be_shown(reason: str, helpdesk_client: Client) -> None:
    user = make_user(make_batch())
    StatusChange.objects.create(user=user, new="queued", at=NOON, reason=reason)
    assert details(helpdesk_client, user).one("details", id="timeline").text


def test_the_newest_lines_of_the_report_are_for_those_who_may_read_it(
    manager_client: Client, helpdesk_client: Client
) -> None:
    user = make_user(make_batch())
    for minute in range(40):
        LogLine.objects.create(user=user, at=NOON + timedelta(minutes=minute), text=f"Line {minute}")
    lines = details(manager_client, user).one("div", class_="log").text
    assert lines.startswith("2026-03-02 12:10:00 Line 10")
    assert lines.endswith("2026-03-02 12:39:00 Line 39")
    assert "Line 39" not in details(helpdesk_client, user).source


@pytest.mark.parametrize(
    ("decision", "status", "expected"),
    [
        ("started", "queued", ["Stop", "Delete"]),
        ("started", "syncing", ["Stop"]),
        ("started", "synced", ["Stop", "Sync now", "Delete"]),
        ("started", "failed", ["Retry", "Delete"]),
        ("started", "stopped", ["Resume", "Delete"]),
        ("started", "stopping", []),
        ("created", "queued", ["Delete"]),
    ],
)
def test_commands_appear_when_the_state_allows_them(
    decision: str, status: str, expected: list[str], administrator_client: Client, helpdesk_client: Client
) -> None:
    user = make_user(make_batch(decision=decision), status=status)

    def offered(client: Client) -> list[str]:
        return [
            element.text
            for element in details(client, user).elements
            if element["id"].startswith("user-") and "command" in element["class"]
        ]

    assert offered(administrator_client) == expected
    assert offered(helpdesk_client) == []


def test_a_failed_mailbox_of_a_stopped_batch_says_what_has_to_come_first(helpdesk_client: Client) -> None:
    batch = make_batch(decision="stopped")
    notice = details(helpdesk_client, make_user(batch, status="failed")).one("div", id="resume-first")
    assert "Resume the batch first; then this mailbox can be retried." in notice.text
    running = make_user(make_batch("Other"), status="failed")
    assert not details(helpdesk_client, running).all("div", id="resume-first")


def test_a_mailbox_is_found_only_in_its_own_batch(helpdesk_client: Client) -> None:
    user, other = make_user(make_batch()), make_batch("Other")
    assert helpdesk_client.get(f"/batches/{other.pk}/users/{user.pk}/").status_code == 404


def test_a_mailbox_of_a_deleted_batch_keeps_its_history(administrator_client: Client) -> None:
    user = make_user(make_batch(decision="removing", deleted_at=timezone.now()), status="stopped")
    page = details(administrator_client, user)
    assert page.one("h2", id="flyout-title").text == "pilarp@contoso.com"
    assert not [
        element for element in page.elements if element["id"].startswith("user-") and "command" in element["class"]
    ]


def test_what_its_batch_was_told_stands_in_its_timeline_and_its_report(
    administrator: Person, administrator_client: Client
) -> None:
    batch = make_batch()
    user = make_user(batch, status="synced", due_at=None)
    another = make_batch("Another")
    make_user(another)
    for each in (batch, another):
        services.stop_batch(each, by=administrator)
    timeline = details(administrator_client, user).one("details", id="timeline").text
    assert f"{administrator}: Stopped the batch StagedBatch1" in timeline
    assert "Another" not in timeline
    report = file_at(administrator_client, f"/batches/{batch.pk}/users/{user.pk}/report.txt")
    assert f"{administrator}: Stopped the batch StagedBatch1." in report


def test_the_number_of_queries_does_not_grow(
    administrator: Person, administrator_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user(make_batch(), status="failed")
    with django_assert_max_num_queries(24) as few:
        details(administrator_client, user)
    skip(user, 20)
    for number in range(20):
        folder(user, str(number))
        LogLine.objects.create(user=user, at=datetime.now(UTC), text="line")
        StatusChange.objects.create(user=user, new="queued", at=NOON, by=administrator)
    with django_assert_max_num_queries(len(few)):
        details(administrator_client, user)


def test_the_report_grows_by_what_has_been_written_since(manager_client: Client) -> None:
    user = make_user(make_batch(), status="syncing", **leased(timezone.now() + timedelta(days=1)))
    first = LogLine.objects.create(user=user, at=NOON, text="Signed in.")
    page = details(manager_client, user)
    asks = page.one("div", id="log-next")
    assert asks["hx-trigger"] == "every 2s"
    LogLine.objects.create(user=user, at=NOON, text="Folder INBOX to INBOX.")
    grown = page_at(manager_client, asks["hx-get"])
    assert grown.one("pre").text == "2026-03-02 12:00:00 Folder INBOX to INBOX."
    assert grown.one("pre")["hx-swap-oob"] == "beforeend:#log-lines"
    again = page_at(manager_client, grown.one("div", id="log-next")["hx-get"])
    assert not again.all("pre")
    assert first.text in page_at(manager_client, f"/batches/{user.batch_id}/users/{user.pk}/log/?after=x").source


def test_the_log_of_others_is_nobodys_business(helpdesk_client: Client) -> None:
    user = make_user(make_batch())
    assert helpdesk_client.get(f"/batches/{user.batch_id}/users/{user.pk}/log/").status_code == 403


def test_each_folder_says_whether_it_is_up_to_date(helpdesk_client: Client) -> None:
    user = make_user(make_batch(), status="stopped")
    folder(user, "INBOX", copied=3)
    folder(user, "Sent", copied=2)
    FolderSync.objects.filter(source_key="('Sent',)").update(state={"uidnext": 3})
    page = details(helpdesk_client, user)
    cells = [row.text for row in page.all("td") if row.text in {"up to date", "not finished"}]
    assert cells == ["not finished", "up to date"]
