"""A mailbox keeps to what its servers allow: complaints, hours, limits of speed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from batches import leases, manners
from batches.endings import MOST_RETRIES, paused
from batches.figures import batch_row
from batches.keeper import Keeper
from batches.leases import Lease, Refusal
from batches.models import LogLine, MigrationUser
from batches.progress import Progress
from batches.reconcile import nudge_due
from batches.turns import take_turn
from batches.waiting import batch_waits, standstill, waits_briefly, why
from core.models import Person
from endpoints.models import MigrationEndpoint
from mailsync.errors import Retry, Stop
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user, make_users
from tests.batches.mailboxes import Migration, mails
from tests.mailsync.stores.scripted import Conversation, ScriptedServer

LATER = NOON + timedelta(minutes=65)
NIGHT: dict[str, Any] = {"hours_from": time(19), "hours_until": time(7)}
SEVEN_PM = NOON + timedelta(hours=7)
FULL = "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)"
HINT = "NO Request is throttled. Suggested Backoff Time: 299961 milliseconds"


def refuse(words: str, times: int = 1) -> ScriptedServer:
    def script(server: Conversation) -> None:
        server.say(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        tag, _ = server.hear()
        server.say(tag + b" " + words.encode())

    return ScriptedServer(*[script] * times)


def run_against(server: ScriptedServer, address: str = "pilarp@contoso.com") -> MigrationUser:
    """One slice at noon, whose source is ``server``."""
    plain = {"server": "127.0.0.1", "security": "none", "sign_in": "user"}
    source = MigrationEndpoint.objects.filter(name="OLD").first() or make_endpoint("OLD", **plain, port=server.port)
    batch = source.batches_from.first() or make_batch(source=source)
    user = make_user(batch, address, source_password="secret", target_password="secret")
    take_turn(user.pk, now=lambda: NOON, monotonic=monotonic)
    return MigrationUser.objects.select_related("batch__source", "batch__target").get(pk=user.pk)


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_waits_exactly_as_long_as_the_server_asks_and_says_so() -> None:
    with refuse(HINT) as server:
        user = run_against(server)
    assert user.due_at == NOON + timedelta(milliseconds=299_961)
    assert (user.status, user.wait_code, user.wait_side, user.wait_asked) == ("queued", "throttled", "source", True)
    assert user.wait_words == HINT
    assert why(user, NOON).endswith("The source asks us to wait until 2 March 2026 12:04 UTC; this mailbox does.")
    user.batch.source.refresh_from_db()
    assert leases.free_places(user.batch.source, NOON, initial=True) == 20


@pytest.mark.django_db(transaction=True)
def test_a_server_without_connections_left_gets_fewer_and_everybody_is_told(
    client: Client, administrator: Person
) -> None:
    with refuse(FULL, times=2) as server:
        assert run_against(server, "tobyn@contoso.com").batch.source.slowed_to is None
        user = run_against(server)
    source = user.batch.source
    assert (source.slowed_to, source.slowed_at, source.slowed_words) == (1, NOON, FULL)
    assert leases.free_places(source, NOON, initial=True) == 1
    assert LogLine.objects.filter(user=user, text="OLD is slowed down to 1 mailboxes at once.").exists()
    assert {complaint.mailbox for complaint in source.complaints.all()} == {"tobyn@contoso.com", user.address}
    MigrationEndpoint.objects.update(slowed_at="2100-01-01T00:00Z", slowed_since="2100-01-01T00:00Z")
    client.force_login(administrator)
    for page in (
        reverse("endpoints:detail", args=[source.pk]),
        reverse("batches:detail", args=[user.batch_id]),
        reverse("batches:users", args=[user.batch_id]),
    ):
        text = client.get(page).content.decode()
        assert "only 1 of its 20 connections are used" in text
        assert "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded" in text


@pytest.mark.django_db
def test_who_waits_for_a_slowed_server_is_told_why() -> None:
    source = make_endpoint("SLOW", slowed_to=2, slowed_at=NOON, slowed_since=NOON, slowed_words=FULL)
    batch = make_batch(source=source)
    users = make_users(batch, 3)
    MigrationUser.objects.filter(pk__in=[user.pk for user in users[:2]]).update(status="syncing", **leased(LATER))
    assert isinstance(leases.take(users[2].pk, NOON), Refusal)
    assert why(users[2], NOON) == (
        "2 of 2 connections of SLOW are in use; position 1 in the queue. "
        "SLOW complains that it is too much. Since 2 March 2026 12:00 UTC only 2 of its 20 connections are used; "
        f"every minute without a complaint it is one more. It said: {FULL}"
    )
    assert isinstance(leases.take(users[2].pk, NOON + timedelta(minutes=1)), Lease)


@pytest.mark.parametrize("code", ["throttled", "too_many_connections"])
def test_a_busy_server_never_makes_a_mailbox_fail(code: str) -> None:
    retries = 0
    for _ in range(3 * MOST_RETRIES):
        ending = paused(Retry(code, "", side="source"), "", retries, NOON)
        assert ending.status is None
        retries = ending.changes["retries"]
    assert retries < MOST_RETRIES


def test_a_time_that_was_asked_for_is_kept_to_however_often_it_was_tried() -> None:
    ending = paused(Retry("throttled", "", side="target", after=90), "", 6, NOON)
    assert (ending.changes["due_at"], ending.changes["wait_asked"]) == (NOON + timedelta(seconds=90), True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "end"),
    [
        (
            {"wait_side": "target", "wait_asked": True},
            "The target asks us to wait until 2 March 2026 13:05 UTC; this mailbox does.",
        ),
        ({"wait_side": "target"}, "It is tried again after 2 March 2026 13:05 UTC."),
    ],
)
def test_a_wait_names_the_server(fields: dict[str, Any], end: str) -> None:
    sentence = why(make_user(make_batch(), due_at=LATER, wait_code="throttled", **fields), NOON)
    assert sentence.startswith("The target server new-srv.contoso.com asks to go slower.")
    assert sentence.endswith(end)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [Retry("hung_up", "BYE", side="source"), Stop("over_quota", "NO", side="target")])
def test_other_errors_are_no_complaints(error: Retry | Stop) -> None:
    user = make_user(make_batch())
    assert manners.note_complaint(user, error.code, error.side, "words", NOON) == ""
    assert user.batch.source.complaints.count() + user.batch.target.complaints.count() == 0


@pytest.mark.django_db
def test_outside_the_hours_of_a_server_nobody_is_taken_and_everybody_is_told_when() -> None:
    batch = make_batch(target=make_endpoint("NIGHT", **NIGHT, whole_days="67"))
    user = make_user(batch)
    assert leases.take(user.pk, LATER) == Refusal("limit")
    assert nudge_due(LATER) == 0
    words = (
        "NIGHT may only be used from 19:00 to 07:00 (UTC), and all day on Saturday and Sunday. "
        "Allowed again at 2 March 2026 19:00 UTC."
    )
    row = batch_row(batch, now=LATER)
    assert (why(user, LATER), batch_waits(row, LATER), standstill(batch, LATER)) == (words, [words], "")
    assert waits_briefly(row, LATER) == "Outside the hours of NIGHT, goes on at 2 March 2026 19:00 UTC"
    assert isinstance(leases.take(user.pk, SEVEN_PM), Lease)


@pytest.mark.django_db
def test_an_interrupted_mailbox_says_when_it_goes_on() -> None:
    batch = make_batch(source=make_endpoint("NIGHT", **NIGHT))
    user = make_user(batch, due_at=SEVEN_PM)
    assert (
        why(user, NOON) == "NIGHT may only be used from 19:00 to 07:00 (UTC). Allowed again at 2 March 2026 19:00 UTC."
    )
    user.status = "synced"
    assert why(user, NOON) == ""


@pytest.mark.django_db
def test_both_servers_have_to_be_open() -> None:
    batch = make_batch(
        source=make_endpoint("NIGHT", **NIGHT), target=make_endpoint("LATE", hours_from=time(22), hours_until=time(4))
    )
    user = make_user(batch)
    assert manners.opens_at(user, NOON) == NOON + timedelta(hours=10)
    assert manners.closes_at(user, NOON + timedelta(hours=11)) == NOON + timedelta(hours=16)
    always = make_user(make_batch("StagedBatch2"))
    assert (manners.opens_at(always, NOON), manners.closes_at(always, NOON)) == (NOON, None)


@pytest.mark.django_db
def test_a_keeper_ends_the_work_with_the_hours() -> None:
    user = make_user(make_batch())
    clock = [NOON]

    def now() -> datetime:
        return clock[0]

    progress = Progress(user, now, monotonic)
    keeper = Keeper(Lease(user.pk, "x"), progress, now=now, monotonic=monotonic, closes_at=SEVEN_PM)
    assert keeper.wanted()
    clock[0] = SEVEN_PM
    assert not keeper.wanted()
    assert keeper.why == "hours"


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_under_way_stops_when_the_hours_end_and_goes_on_when_they_begin(migration: Migration) -> None:
    migration.put(mails(20))
    now = migration.now()
    ends = (now + timedelta(hours=1)).replace(second=0, microsecond=0)
    begins = ends + timedelta(hours=3)
    MigrationEndpoint.objects.filter(pk=migration.source.pk).update(hours_from=begins.time(), hours_until=ends.time())
    reads = iter([now] * 6)

    def clock() -> datetime:
        """It is late as soon as the mailbox is being worked on."""
        return next(reads, ends)

    take_turn(migration.user.pk, now=clock, monotonic=monotonic)
    user = migration.reread()
    assert (user.status, user.due_at) == ("queued", begins)
    migration.later = timedelta(hours=4, minutes=1)
    assert migration.slice().status == "synced"
    assert migration.is_complete()


@pytest.mark.django_db
def test_mailboxes_share_the_limits_of_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_endpoint("LIMITED", max_messages_per_second=12, max_kilobytes_per_second=30)
    users = make_users(make_batch(source=source), 3)
    MigrationUser.objects.filter(pk=users[0].pk).update(status="syncing", **leased(LATER))
    given: list[tuple[float | None, float | None]] = []
    monkeypatch.setattr("mailsync.pace.Pace.limit", lambda _, *limits: given.append(limits))
    seconds = [0.0]
    speed = manners.Speed(users[0], now=lambda: NOON, monotonic=lambda: seconds[0])
    MigrationUser.objects.update(status="syncing", **leased(LATER))
    speed.adjust()
    seconds[0] = 2.0
    speed.adjust()
    assert given[1:] == [(12, 30 * 1024), (4, 10 * 1024)]


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_with_limits_of_speed_arrives_complete(migration: Migration) -> None:
    MigrationEndpoint.objects.update(max_messages_per_second=10_000, max_kilobytes_per_second=100_000)
    migration.put(mails(30))
    assert migration.slice().status == "synced"
    assert migration.is_complete()
