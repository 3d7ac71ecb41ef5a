"""Short explanations of statuses and fields, each told once for all pages. Apps register theirs when they are ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Group:
    """``texts`` by name, and ``more``, the page of the guide that says more of all of them: ``reference/statuses/#batches``."""

    texts: Mapping[str, Promise]
    more: str


GROUPS: dict[str, Group] = {}


def register(group: str, texts: Mapping[str, Promise], *, more: str) -> None:
    """Make ``{% help "GROUP" "NAME" %}`` and the badges of a group say these."""
    GROUPS[group] = Group(texts, more)


def element_id(group: str, name: str) -> str:
    """Of the element that holds the words; the same on every page."""
    return f"help-{group}-{name}".replace("_", "-")
