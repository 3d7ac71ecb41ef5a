"""What needs attention, and where it is cured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from batches.models import MigrationUser, Verification
from batches.overview.attention import Trouble, attention
from batches.overview.situation import situation
from batches.states import Decision
from core.models import Person
from endpoints.models import AvailabilityTest
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user, make_users

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_administrator(administrator: Person) -> None:
    """Somebody looks."""


def troubles() -> Sequence[Trouble]:
    return attention(situation(Person.objects.get(), NOON))


def the_trouble() -> Trouble:
    (trouble,) = troubles()
    return trouble


def links(trouble: Trouble) -> list[str]:
    return [cure.url for cure in trouble.cures]


def fail(user: MigrationUser, **fields: Any) -> None:
    MigrationUser.objects.filter(pk=user.pk).update(status="failed", **fields)


def test_nothing_is_said_while_all_is_well() -> None:
    make_user(make_batch(), status="synced", due_at=None)
    assert troubles() == []


def test_failed_mailboxes_are_grouped_by_error_and_server() -> None:
    one, two = make_batch("One"), make_batch("Two")
    for user in (*make_users(one, 2), make_user(two)):
        fail(user, error_code="over_quota", error_side="target", error_at=NOON, error_words="NO [OVERQUOTA] Full")
    fail(make_user(two, "a@x.example"), error_code="over_quota", error_side="source", error_at=NOON)
    full, other = troubles()
    assert (full.title, full.since, full.server_words) == ("3 mailboxes failed", NOON, "NO [OVERQUOTA] Full")
    assert "new-srv.contoso.com is full" in full.words
    query = "?status=failed&error=over_quota"
    endpoint = f"/endpoints/{one.target_id}/"
    assert links(full) == [f"/batches/{one.pk}/users/{query}", f"/batches/{two.pk}/users/{query}", endpoint]
    assert other.title == "a@x.example failed"


def test_an_error_of_this_system_has_no_server() -> None:
    batch = make_batch()
    fail(make_user(batch), error_code="database", error_at=NOON)
    assert links(the_trouble()) == [f"/batches/{batch.pk}/users/?status=failed&error=database"]


def test_many_batches_are_not_all_named() -> None:
    for number in range(5):
        fail(make_user(make_batch(f"B{number}")), error_code="database")
    assert [cure.label for cure in the_trouble().cures][-1] == "2 more batches"


def test_a_batch_that_stopped_by_itself_is_named() -> None:
    stopped = {"decision": Decision.STOPPED}
    halted = make_batch("One", attention="sign_in_failures", **stopped)
    make_batch("Two", attention="something_else", **stopped)
    first, second = troubles()
    assert (first.title, first.tone) == ("One stopped by itself", "danger")
    assert links(first) == [f"/batches/{halted.pk}/", f"/endpoints/{halted.source_id}/"]
    assert "Correct the credentials" in first.words
    assert "Look at the failed mailboxes" in second.words


def test_batches_that_stand_still_share_a_line() -> None:
    for name in ("One", "Two"):
        make_user(make_batch(name), due_at=NOON - timedelta(minutes=10))
    trouble = the_trouble()
    assert trouble.title == "2 batches stand still"
    assert "No worker has taken it up" in trouble.words


def test_an_endpoint_that_refuses_leads_to_itself() -> None:
    endpoint = make_endpoint("OLD", server="imap.old.example")
    words = "NO [AUTHENTICATIONFAILED] Authentication failed."
    test = AvailabilityTest.objects.create(endpoint=endpoint, passed=False, code="sign_in_failed", words=words)
    trouble = the_trouble()
    assert (trouble.title, trouble.since, trouble.server_words) == ("OLD failed its last test", test.at, words)
    assert "The server imap.old.example refused the sign-in" in trouble.words
    assert links(trouble) == [f"/endpoints/{endpoint.pk}/"]


def test_an_endpoint_that_complains_is_named_with_its_words() -> None:
    slowed = {"slowed_to": 3, "slowed_at": NOON, "slowed_since": NOON, "slowed_words": "NO [THROTTLED]"}
    make_endpoint("OLD", **slowed)
    trouble = the_trouble()
    assert (trouble.title, trouble.tone, trouble.since) == ("OLD is slowed down", "warning", NOON)
    assert "only 3 of its 20 connections are used" in trouble.words
    assert trouble.server_words == "NO [THROTTLED]"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-1, [("The certificate of OLD has expired", "It is valid until 1 March 2026 12:00 UTC.")]),
        (10, [("The certificate of OLD expires soon", "It is valid until 12 March 2026 12:00 UTC.")]),
        (100, []),
    ],
)
def test_a_certificate_is_renewed_in_time(days: int, told: list[tuple[str, str]]) -> None:
    times = {"not_before": NOON.isoformat(), "not_after": (NOON + timedelta(days=days)).isoformat()}
    certificate = {"subject": "CN=x", "issuer": "CN=y", "sha256": "0" * 64, "names": [], **times}
    AvailabilityTest.objects.create(endpoint=make_endpoint("OLD"), passed=True, found={"certificate": certificate})
    assert [(trouble.title, trouble.words.partition(".")[0] + ".") for trouble in troubles()] == told


def test_mailboxes_that_are_stopped_in_a_batch_that_goes_on_are_named() -> None:
    batch, stopped = make_batch("One"), make_batch("Two", decision=Decision.STOPPED)
    make_user(batch, status="synced", due_at=None)
    make_user(batch, "a@contoso.com", status="stopped", due_at=None)
    make_user(stopped, "b@contoso.com", status="stopped", due_at=None)
    trouble = the_trouble()
    assert (trouble.title, trouble.tone) == ("1 mailbox is stopped", "warning")
    assert links(trouble) == [f"/batches/{batch.pk}/users/?status=stopped"]


def test_unexplained_differences_of_the_last_verification_count() -> None:
    batch = make_batch()
    users = make_users(batch, 3, status="synced", due_at=None)
    for user, results in zip(users, ([False], [False, True], [True, False]), strict=True):
        for number, ok in enumerate(results):
            at = timezone.now() + timedelta(minutes=number)
            Verification.objects.create(user=user, asked_at=at, ended_at=at, result={"ok": ok})
    trouble = the_trouble()
    assert trouble.title == "2 mailboxes differ from their source"
    assert links(trouble) == [f"/batches/{batch.pk}/users/?status=different"]


def test_the_worst_comes_first() -> None:
    make_endpoint("OLD", slowed_to=3, slowed_at=NOON, slowed_since=NOON)
    AvailabilityTest.objects.create(endpoint=make_endpoint("ZULU"), passed=False, code="timeout")
    assert [trouble.tone for trouble in troubles()] == ["danger", "warning"]
