"""The throughput over time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from batches.models import ThroughputSample
from batches.overview.chart import SPANS, chart
from tests.batches.examples import NOON, make_batch
from tests.html import Page, page_at

URL = "/overview/throughput/"
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_utc() -> Iterator[None]:
    with timezone.override("UTC"):
        yield


def copied(minutes_ago: int, items: int = 60) -> None:
    batch = make_batch(f"Batch{minutes_ago}")
    at = timezone.now().replace(second=0, microsecond=0) - minutes_ago * MINUTE
    ThroughputSample.objects.create(batch=batch, minute=at, items=items, octets=items * 1024**2)


@pytest.mark.parametrize(("span", "points"), [("hour", 60), ("day", 96), ("month", 120)])
def test_it_has_a_point_for_every_step(span: str, points: int) -> None:
    shown = chart(SPANS[span], NOON + 7 * MINUTE + timedelta(seconds=20))
    assert len(shown.points) == points
    assert all(
        later.at - point.at == SPANS[span].step for point, later in zip(shown.points, shown.points[1:], strict=False)
    )
    assert shown.is_empty


def test_a_step_under_way_counts_as_long_as_it_lasts_and_one_that_has_only_begun_is_left_out() -> None:
    batch, now = make_batch(), NOON + 5 * MINUTE + timedelta(seconds=30)
    ThroughputSample.objects.create(batch=batch, minute=NOON + 4 * MINUTE, items=300, octets=300 * 1024**2)
    ThroughputSample.objects.create(batch=batch, minute=NOON + 5 * MINUTE, items=30, octets=30 * 1024**2)
    hour, day = (chart(SPANS[span], now).points[-1] for span in ("hour", "day"))
    assert (hour.at, hour.items, hour.items_a_second) == (NOON + 5 * MINUTE, 30, 1.0)
    assert (day.at, day.items, day.items_a_second) == (NOON, 330, 1.0)
    begun = chart(SPANS["hour"], now - timedelta(seconds=20)).points[-1]
    assert (begun.at, begun.items, begun.items_a_second) == (NOON + 4 * MINUTE, 300, 5.0)


def test_the_drawing_says_what_the_table_says() -> None:
    batch = make_batch()
    ThroughputSample.objects.create(batch=batch, minute=NOON - 2 * MINUTE, items=120, octets=60 * 1024**2)
    shown = chart(SPANS["hour"], NOON)
    assert [(point.at, point.items) for point in shown.told] == [(NOON - 2 * MINUTE, 120)]
    assert shown.drawing["times"][-2] == int((NOON - 2 * MINUTE).timestamp())
    assert (shown.drawing["items"][-2], shown.drawing["megabytes"][-2], shown.drawing["zone"]) == (2.0, 1.0, "UTC")


def test_the_table_is_there_without_a_script(helpdesk_client: Client) -> None:
    copied(3, items=180)
    rows = page_at(helpdesk_client, URL).rows()
    assert [row[1:] for row in rows] == [["180", "180.0 MB", "3.0"]]
    assert page_at(helpdesk_client, URL + "?span=day").one("a", id="span-day")["aria-current"] == "true"


def test_without_samples_it_says_so(helpdesk_client: Client) -> None:
    page = page_at(helpdesk_client, URL + "?span=nothing")
    assert "Nothing was copied in this time." in page.text
    assert page.one("a", id="span-hour")["aria-current"] == "true"


def test_a_piece_of_it_is_the_chart_alone(helpdesk_client: Client) -> None:
    piece = Page(helpdesk_client.get(URL, headers={"HX-Request": "true"}))
    assert piece.elements[0]["id"] == "throughput"
    assert not piece.all("html")
