"""Addresses that are put together are those that Django would give."""

from __future__ import annotations

import pytest
from django.urls import reverse, set_script_prefix

from core.links import link


@pytest.mark.parametrize(
    ("view", "numbers"), [("batches:list", []), ("batches:detail", [7]), ("batches:user", [3, 12345])]
)
def test_a_link_is_what_django_says(view: str, numbers: list[int]) -> None:
    assert link(view, *numbers) == reverse(view, args=numbers)


def test_it_is_below_where_the_site_is_served() -> None:
    assert link("batches:detail", 7) == "/batches/7/"
    set_script_prefix("/mail/")
    try:
        assert link("batches:detail", 7) == "/mail/batches/7/"
    finally:
        set_script_prefix("/")
