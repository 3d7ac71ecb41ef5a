"""What the organization has decided, at hand without a query each time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from core import audit
from core.models import OrganizationSettings, Person

FRESH_FOR = 3.0  # seconds until a process notices what another one has saved


@dataclass(frozen=True, slots=True)
class _Read:
    row: OrganizationSettings
    until: float


_last: _Read | None = None


def organization() -> OrganizationSettings:
    """The organization's settings, at most ``FRESH_FOR`` seconds old. Shared by all threads: change a row of your own."""
    global _last
    known = _last
    if known is None or time.monotonic() >= known.until:
        known = _last = _Read(_read(known), time.monotonic() + FRESH_FOR)
    return known.row


def stored_settings() -> OrganizationSettings:
    """The row to change, or the one that would be the first."""
    return OrganizationSettings.objects.first() or OrganizationSettings()


def keep(row: OrganizationSettings) -> None:
    """Save ``row``. This process sees it at once, the others within ``FRESH_FOR`` seconds."""
    row.save()
    _forget()


def change(row: OrganizationSettings, changes: dict[str, tuple[Any, Any]], *, by: Person) -> None:
    """Save these fields of ``row``, which somebody has changed from an old to a new value: others may change others.

    So may they when nobody has saved any yet: whoever comes first makes the row, of the environment's values.
    """
    with transaction.atomic():
        OrganizationSettings.objects.bulk_create([OrganizationSettings()], ignore_conflicts=True)
        if changes:
            OrganizationSettings.objects.update(**{name: getattr(row, name) for name in changes})
            shown = {name: {"from": old, "to": new} for name, (old, new) in changes.items()}
            audit.record(by, "change settings", row.name, **shown)
    _forget()


def _forget() -> None:
    global _last
    _last = None


def _read(known: _Read | None) -> OrganizationSettings:
    try:
        return stored_settings()
    except DatabaseError:
        # The page that says that the database is gone, and commands that run before its tables are made, need a name too.
        return known.row if known else OrganizationSettings()
