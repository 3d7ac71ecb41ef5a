"""Addresses of pages, for pages that have hundreds of them."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse

_MARK = 10**15  # no row has such a number


def link(view: str, *numbers: int) -> str:
    """What ``reverse`` says of a view whose arguments are ``numbers``; it is asked once for each view."""
    return form(view, len(numbers)).format(*numbers)


def form(view: str, arguments: int) -> str:
    """The address with ``{0}``, ``{1}`` .. in place of its numbers."""
    return _form(view, arguments, get_script_prefix())


@cache
def _form(view: str, arguments: int, _prefix: str) -> str:
    marks = range(_MARK, _MARK + arguments)
    found = reverse(view, args=list(marks))
    for number, mark in enumerate(marks):
        found = found.replace(str(mark), f"{{{number}}}")
    return found
