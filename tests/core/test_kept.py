"""What is costly to find out is found out once for everybody."""

from __future__ import annotations

from itertools import count

import pytest

from core import audit
from core.kept import Kept


@pytest.fixture
def found() -> list[int]:
    return []


def keeping(found: list[int], seconds: float) -> Kept[int]:
    numbers = count(1)

    def find() -> int:
        found.append(next(numbers))
        return found[-1]

    return Kept(find, seconds=lambda _number: seconds)


def test_it_is_found_once_for_a_while(found: list[int]) -> None:
    kept = keeping(found, 3600)
    assert [kept(), kept()] == [1, 1]


def test_what_is_quickly_found_is_always_found_anew(found: list[int]) -> None:
    kept = keeping(found, 0)
    assert [kept(), kept()] == [1, 2]


@pytest.mark.django_db
def test_nobody_is_shown_a_figure_from_before_their_own_command(
    found: list[int], django_capture_on_commit_callbacks: object
) -> None:
    kept = keeping(found, 3600)
    kept()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        audit.record(None, "start batch", "Sales")
    assert kept() == 2


def test_what_was_found_while_somebody_did_something_is_not_kept() -> None:
    numbers = count(1)

    def find() -> int:
        kept.forget()
        return next(numbers)

    kept = Kept(find, seconds=lambda _number: 3600)
    assert [kept(), kept()] == [1, 2]
