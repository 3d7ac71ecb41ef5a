"""What belongs to a proof beside what was found: whose question it was, what was to be migrated, which program looked."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from batches.models import MigrationBatch, Verification
from core.version import VERSION

# Of the settings of a batch those that say which messages it migrates.
SELECTION = (
    *("include_folders", "exclude_folders", "received_from", "received_until"),
    *("skip_deleted_items", "skip_junk", "skip_marked_deleted"),
)


def circumstances(verification: Verification, batch: MigrationBatch) -> dict[str, Any]:
    """Fit for JSON: ``batch``, ``asked_by`` (empty: the system), ``asked`` in UTC, ``selection`` and ``version``."""
    return {
        "batch": batch.name,
        "asked_by": verification.by.get_username() if verification.by else "",
        "asked": verification.asked_at.astimezone(UTC).isoformat(),
        "selection": {name: _plain(getattr(batch, name)) for name in SELECTION},
        "version": f"Migration Center {VERSION}",
    }


def selection_words(result: dict[str, Any]) -> str:
    """``skip_junk True; received_from 2020-01-01`` of a result; what is left at "everything" is left out."""
    chosen = [(name, result.get("selection", {}).get(name)) for name in SELECTION]
    return "; ".join(f"{name} {_joined(value)}" for name, value in chosen if value not in (None, False, []))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | list) else str(value)


def _joined(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
