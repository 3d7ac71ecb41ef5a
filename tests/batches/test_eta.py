"""When the first copies of a batch will be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from batches.details import progress_of
from batches.eta import LONGEST, Eta, eta_of_all, stretches, stretches_of
from batches.eta_words import REASONS, eta_words
from batches.figures import batch_row
from batches.models import MigrationBatch, ThroughputSample
from batches.states import Decision
from batches.throughput import rate, rate_of, samples
from batches.volume import volumes
from tests.batches.examples import NOON, make_batch, make_endpoint, make_user

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _in_utc() -> Iterator[None]:
    with timezone.override("UTC"):
        yield


def batch_with(left: int, name: str = "StagedBatch1", **fields: Any) -> MigrationBatch:
    """A batch with one mailbox of which so many MB are left, and one that is done."""
    batch = make_batch(name, **fields)
    sizes = {"octets_total": 1000 * MB, "items_total": 1000}
    make_user(batch, "a@contoso.com", status="synced", first_synced_at=NOON, octets_synced=1000 * MB, **sizes)
    make_user(batch, "b@contoso.com", status="syncing", octets_synced=(1000 - left) * MB, items_synced=1, **sizes)
    return batch


def went(batch: MigrationBatch, minutes: int, megabytes: int, until: int = 0) -> None:
    """So many MB a minute, from so many minutes ago until so many minutes ago."""
    for minute in range(until + 1, minutes + 1):
        at = NOON - timedelta(minutes=minute)
        ThroughputSample.objects.create(batch=batch, minute=at, items=megabytes, octets=megabytes * MB)


def eta(batch: MigrationBatch) -> Eta:
    return progress_of(batch_row(batch, now=NOON), NOON).eta


def span(estimate: Eta) -> tuple[int, int]:
    """Minutes from now."""
    assert estimate.earliest
    assert estimate.latest
    return round((estimate.earliest - NOON).total_seconds() / 60), round((estimate.latest - NOON).total_seconds() / 60)


def test_a_steady_rate_gives_a_narrow_span() -> None:
    batch = batch_with(left=600)
    went(batch, minutes=120, megabytes=10)
    assert span(eta(batch)) == (52, 69)


def test_a_rate_that_has_changed_gives_a_wide_one() -> None:
    batch = batch_with(left=600)
    went(batch, minutes=120, megabytes=10, until=15)
    went(batch, minutes=15, megabytes=40)
    earliest, latest = span(eta(batch))
    assert earliest < 15
    assert latest > 45


def test_little_seen_is_taken_for_little_known() -> None:
    batch = batch_with(left=600)
    went(batch, minutes=5, megabytes=10)
    assert span(eta(batch)) == (40, 90)


def test_mailboxes_that_nobody_has_counted_are_guessed_and_make_it_wider() -> None:
    batch = batch_with(left=620)
    went(batch, minutes=120, megabytes=10)
    make_user(batch, "c@contoso.com")
    assert span(eta(batch)) == (97, 244)


def test_items_count_where_servers_tell_no_sizes() -> None:
    batch = make_batch()
    make_user(batch, status="syncing", items_total=1000, items_synced=400)
    went(batch, minutes=120, megabytes=10)
    assert span(eta(batch)) == (52, 69)


def test_it_goes_on_when_the_hours_of_the_server_begin_again() -> None:
    nightly = make_endpoint("NIGHTLY", hours_from=time(11), hours_until=time(12, 30))
    batch = batch_with(left=600, source=nightly)
    went(batch, minutes=60, megabytes=10)
    earliest, latest = span(eta(batch))
    assert (earliest, latest) == (23 * 60 + 22, 23 * 60 + 39)


@pytest.mark.parametrize(
    ("reason", "fields"),
    [
        ("created", {"decision": Decision.CREATED}),
        ("stopped", {"decision": Decision.STOPPED}),
        ("deleted", {"decision": Decision.REMOVING}),
        ("deleted", {"deleted_at": NOON}),
        ("waiting", {"start_after": NOON + timedelta(hours=1)}),
    ],
)
def test_a_batch_that_does_not_run_says_why_there_is_no_estimate(reason: str, fields: dict[str, Any]) -> None:
    batch = batch_with(left=600, **fields)
    went(batch, minutes=120, megabytes=10)
    assert eta(batch) == Eta(reason=reason)


def test_failed_and_stopped_mailboxes_are_waited_for_by_nobody() -> None:
    batch = batch_with(left=600)
    batch.users.filter(status="syncing").update(status="failed")
    assert eta(batch) == Eta(reason="done")


def test_outside_the_hours_there_is_no_estimate() -> None:
    closed = make_endpoint("CLOSED", hours_from=time(20), hours_until=time(6))
    batch = batch_with(left=600, target=closed)
    went(batch, minutes=60, megabytes=10)
    assert eta(batch) == Eta(reason="closed")


def test_nothing_is_promised_before_something_was_seen() -> None:
    batch = batch_with(left=600)
    assert eta(batch) == Eta(reason="early")
    ThroughputSample.objects.create(batch=batch, minute=NOON - timedelta(minutes=1), items=5, octets=MB)
    assert eta(batch) == Eta(reason="early")
    uncounted = make_batch("Uncounted")
    make_user(uncounted)
    assert eta(uncounted) == Eta(reason="uncounted")


def test_a_batch_that_has_come_to_rest_is_given_no_estimate() -> None:
    batch = batch_with(left=600)
    went(batch, minutes=120, megabytes=10, until=16)
    assert eta(batch) == Eta(reason="nothing_lately")


def test_more_than_a_year_is_not_told_to_the_minute() -> None:
    batch = batch_with(left=600)
    batch.users.filter(status="syncing").update(octets_total=10**16)
    went(batch, minutes=120, megabytes=1)
    assert eta(batch) == Eta(reason="far")


def test_all_batches_are_done_when_the_last_one_is() -> None:
    slow, fast = batch_with(left=600, name="Slow"), batch_with(left=100, name="Fast")
    went(slow, minutes=120, megabytes=10)
    went(fast, minutes=120, megabytes=10)
    assert span(overall(slow, fast)) == span(eta(slow))
    held_back = batch_with(left=500, name="Queued")
    assert eta(held_back) == Eta(reason="early")
    earliest, latest = span(overall(slow, fast, held_back))
    assert earliest >= span(eta(slow))[0]
    assert latest == 69  # 1,200 MB at 20 MB a minute, and a margin


@pytest.mark.parametrize(
    ("decisions", "reason"),
    [([], "none"), (["created"], "created"), (["created", "stopped"], "stopped"), (["removing"], "none")],
)
def test_where_nothing_runs_the_nearest_reason_is_given(decisions: list[str], reason: str) -> None:
    batches = [batch_with(left=1, name=decision, decision=decision) for decision in decisions]
    assert overall(*batches) == Eta(reason=reason)


def test_one_batch_alone_gives_its_own_reason() -> None:
    assert overall(batch_with(left=600)) == Eta(reason="early")


def overall(*batches: MigrationBatch) -> Eta:
    ids = [batch.pk for batch in batches]
    return eta_of_all(batches, volumes(ids), stretches(ids, NOON), NOON)


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        (20, 65, "between 12:20 and 13:05 UTC"),
        (20, 60 * 14, "between 12:20 and 3 March 02:00 UTC"),
        (60 * 30, 60 * 31, "between 3 March 18:00 and 19:00 UTC"),
        (60 * 30, 60 * 24 * 9, "between 3 March and 11 March"),
        (60 * 30, 60 * 24 * 365, "between 3 March and 2 March 2027"),
    ],
)
def test_it_is_said_as_people_say_it(earliest: int, latest: int, words: str, time_machine: Any) -> None:
    time_machine.move_to(NOON)
    estimate = Eta(NOON + timedelta(minutes=earliest), NOON + timedelta(minutes=latest))
    with translation.override("en"):
        assert eta_words(estimate) == words


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words(reason: str) -> None:
    assert eta_words(Eta(reason=reason))


@pytest.mark.parametrize(("minutes", "until"), [(120, 0), (90, 30), (10, 0), (3, 0), (200, 130)])
def test_a_batch_by_itself_goes_as_fast_as_among_all(minutes: int, until: int) -> None:
    batch = make_batch()
    went(batch, minutes=minutes, megabytes=3, until=until)
    copied = samples(batch.pk, since=NOON - LONGEST)
    assert list(stretches_of(copied, NOON)) == list(stretches([batch.pk], NOON).get(batch.pk, ()))
    assert rate_of(copied, NOON) == rate([batch.pk], NOON)
