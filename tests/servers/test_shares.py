"""Parallel runs begin with what takes long."""

from __future__ import annotations

import pytest

from tests.shares import shared_out

NAMES = [
    *(f"tests/batches/test_list.py::test_{number}" for number in range(8)),
    "tests/e2e/test_live.py::test_a",
    "tests/e2e/test_pages.py::test_b",
    "tests/migrationcenter/test_demo_command.py::test_c",
    "tests/e2e/test_pages.py::test_d",
]


def test_each_worker_has_an_equal_part_that_begins_with_long_ones() -> None:
    parts = shared_out(NAMES, 3)
    assert [[name[-1] for name in parts[at : at + 4]] for at in (0, 4, 8)] == [
        ["b", "d", "0", "1"],
        ["a", "2", "3", "4"],
        ["c", "5", "6", "7"],
    ]


@pytest.mark.parametrize("workers", [1, 2, 3, 5, 20])
def test_every_test_is_run_once_however_many_workers_there_are(workers: int) -> None:
    assert sorted(shared_out(NAMES, workers)) == sorted(NAMES)
    assert shared_out([], workers) == []
