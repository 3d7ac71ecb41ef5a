"""What is copied from minute to minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries

from batches.models import ThroughputSample
from batches.reconcile import reconcile
from batches.throughput import FINE, KEPT, SAVE_EVERY, Meter, forget_old, rate, series
from tests.batches.examples import NOON, make_batch
from tests.batches.mailboxes import Migration, mails

MINUTE = timedelta(minutes=1)


def rows() -> list[tuple[timedelta, int, int]]:
    """Time since noon, items and octets."""
    samples = ThroughputSample.objects.order_by("minute", "batch")
    return [(sample.minute - NOON, sample.items, sample.octets) for sample in samples]


def test_a_sync_leaves_what_it_copied(migration: Migration) -> None:
    migration.put(mails(5))
    user = migration.slice()
    told = ThroughputSample.objects.filter(batch=migration.batch).aggregate(items=Sum("items"), octets=Sum("octets"))
    assert told == {"items": 5, "octets": user.octets_synced}
    migration.later = timedelta(hours=25)
    migration.slice()
    assert ThroughputSample.objects.aggregate(Sum("items")) == {"items__sum": 5}


@pytest.mark.django_db
def test_what_several_mailboxes_copy_in_a_minute_adds_up() -> None:
    batch = make_batch()
    one, two = Meter(batch.pk), Meter(batch.pk)
    one.count(NOON + timedelta(seconds=3), 2, 100)
    one.count(NOON + timedelta(seconds=61), 1, 10)
    two.count(NOON + timedelta(seconds=59), 3, 200)
    for meter in (one, two, one):
        meter.save()
    assert rows() == [(timedelta(), 5, 300), (MINUTE, 1, 10)]


@pytest.mark.django_db
def test_it_is_written_now_and_then_only(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    meter = Meter(make_batch().pk)
    meter.save_now_and_then(0.0)
    with django_assert_num_queries(0):
        meter.count(NOON, 1, 1)
        meter.save_now_and_then(SAVE_EVERY - 0.1)
    meter.save_now_and_then(SAVE_EVERY)
    assert rows() == [(timedelta(), 1, 1)]


@pytest.mark.django_db
def test_of_days_past_hours_are_kept_and_after_a_month_nothing() -> None:
    batch, other = make_batch("One"), make_batch("Other")
    old = NOON - FINE - timedelta(hours=1)
    for at in (NOON - KEPT - MINUTE, old, old + 5 * MINUTE, old + 59 * MINUTE, NOON - FINE, NOON):
        ThroughputSample.objects.create(batch=batch, minute=at, items=1, octets=10)
    ThroughputSample.objects.create(batch=other, minute=old + 7 * MINUTE, items=4, octets=40)
    for _ in range(2):
        forget_old(NOON + 10 * MINUTE)
    assert rows() == [(old - NOON, 3, 30), (old - NOON, 4, 40), (-FINE, 1, 10), (timedelta(), 1, 10)]


@pytest.mark.django_db
def test_reconcile_sees_to_that() -> None:
    ThroughputSample.objects.create(batch=make_batch(), minute=NOON - KEPT - MINUTE)
    reconcile(NOON)
    assert rows() == []


@pytest.mark.django_db
def test_a_series_has_every_step_with_the_sum_of_all_batches() -> None:
    for name in ("One", "Two"):
        batch = make_batch(name)
        for minute in (0, 4, 10):
            ThroughputSample.objects.create(batch=batch, minute=NOON + minute * MINUTE, items=1, octets=10)
    found = series(NOON, NOON + 12 * MINUTE, 5 * MINUTE)
    assert found == [(NOON, 4, 40), (NOON + 5 * MINUTE, 0, 0), (NOON + 10 * MINUTE, 2, 20)]


@pytest.mark.django_db
def test_the_rate_is_that_of_the_last_minute_and_nothing_soon_after_the_end() -> None:
    batch = make_batch()
    assert rate([batch.pk], NOON) == (0.0, 0.0)
    for minute, items in ((9, 1000), (2, 1000), (1, 60)):
        ThroughputSample.objects.create(batch=batch, minute=NOON - minute * MINUTE, items=items, octets=items * 10)
    assert rate([batch.pk], NOON) == (1.0, 10.0)
    assert rate([batch.pk], NOON + MINUTE) == (0.0, 0.0)
    assert rate([], NOON) == (0.0, 0.0)
