"""Ticking what is done by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from batches.models import ChecklistTick
from core.models import AuditEntry
from endpoints.models import AvailabilityTest
from tests.batches.examples import make_endpoint
from tests.html import Page, page_at

URL = "/overview/tasks/convert/"
pytestmark = pytest.mark.django_db


def tick(client: Client, key: str = "convert", note: str = "") -> int:
    return client.post(f"/overview/tasks/{key}/tick/", {"note": note}).status_code


def test_a_tick_tells_who_when_and_why_and_is_not_taken_for_a_measurement(administrator_client: Client) -> None:
    answer = administrator_client.post(URL + "tick/", {"note": "Converted by the script of the vendor"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/overview/#task-convert")
    page = page_at(administrator_client, "/overview/")
    task = page.one("li", id="task-convert")
    assert "Ticked by hand" in task.text
    assert "Ticked by administrator on" in task.text
    assert "Converted by the script of the vendor" in task.text
    assert "task-ticked" in task["class"].split()
    assert "1 of 11 done." in page.text


def test_it_is_written_down_and_can_be_taken_back(administrator_client: Client) -> None:
    tick(administrator_client, note="done")
    assert administrator_client.post(URL + "untick/").status_code == 303
    assert not ChecklistTick.objects.exists()
    assert [
        entry.action for entry in AuditEntry.objects.filter(thing="Convert on-premises mailboxes to mail-enabled users")
    ] == [
        "untick task",
        "tick task",
    ]
    assert "By hand" in page_at(administrator_client, "/overview/").one("li", id="task-convert").text


def test_the_second_of_two_who_tick_is_told(administrator_client: Client) -> None:
    tick(administrator_client, note="first")
    again = Page(administrator_client.post(URL + "tick/", {"note": "second"}, follow=True))
    assert "Somebody has ticked this task already." in again.text
    assert ChecklistTick.objects.get().note == "first"
    administrator_client.post(URL + "untick/")
    gone = Page(administrator_client.post(URL + "untick/", follow=True))
    assert "This task is not ticked any more." in gone.text


@pytest.mark.parametrize("key", ["connect", "nothing"])
def test_what_the_system_measures_can_not_be_ticked(key: str, administrator_client: Client) -> None:
    assert tick(administrator_client, key) == 404


def test_a_measurement_takes_the_place_of_a_tick(administrator_client: Client) -> None:
    tick(administrator_client, "prepare")
    AvailabilityTest.objects.create(endpoint=make_endpoint(), passed=True)
    task = page_at(administrator_client, "/overview/").one("li", id="task-prepare")
    assert "Done" in task.text
    assert "Ticked" not in task.text


def test_a_long_note_is_cut_and_none_is_needed(administrator_client: Client) -> None:
    tick(administrator_client, "convert", note="x" * 600 + "\0")
    tick(administrator_client, "finish")
    assert [len(row.note) for row in ChecklistTick.objects.order_by("task")] == [500, 0]
