"""Short explanations of statuses and fields, each told once for all pages. Apps register theirs when they are ready."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

# By group, then by name: {"batch-status": {"syncing": "Mailboxes are copied .."}}
TEXTS: dict[str, Mapping[str, Promise]] = {}


def register(group: str, texts: Mapping[str, Promise]) -> None:
    """Make ``{% help "GROUP" "NAME" %}`` and the badges of a group say these."""
    TEXTS[group] = texts


def element_id(group: str, name: str) -> str:
    """Of the element that holds the words; the same on every page."""
    return f"help-{group}-{name}".replace("_", "-")
