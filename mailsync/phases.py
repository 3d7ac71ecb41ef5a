"""The fast lane: the newest mail of Inbox and Sent Items first, so that people can work, and the history after it."""

from __future__ import annotations

from datetime import datetime

from mailsync.journal import Journal
from mailsync.selection import Selection


def phases(selection: Selection, recent_from: datetime | None, journal: Journal) -> list[Selection]:
    """What to sync, one after the other. The fast lane is only taken as long as the history has not been begun."""
    if recent_from is None:
        return [selection]
    has_begun = any(record.selection == selection.key for record in journal.load().values())
    return [selection] if has_begun else [selection.recent(recent_from), selection]
