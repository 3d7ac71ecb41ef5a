"""Options that say which messages are copied, and what is done about those that the target refuses."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mailsync.cli.usage import UsageError
from mailsync.selection import EVERYTHING, Pattern, Selection, WrongPattern, parse_pattern

WRONG = {
    "empty_name": "a folder in it has no name",
    "wildcard": "a * stands alone at the end, as in Projects/*, and nowhere else; write \\* for a folder with that sign",
    "well_known": "there is no well-known folder of this name; write \\#Name\\# for a folder with these signs",
}


class Choice(NamedTuple):
    """``recent_from`` is where the fast lane begins. Originals are kept below ``quarantine``."""

    selection: Selection = EVERYTHING
    recent_from: datetime | None = None
    repair: bool = False
    quarantine: str | None = None


FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond these the calendar's ends are near
MOST_DAYS = 36_500


def add_selection(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--include", action="append", default=[], metavar="FOLDER", help="only this folder; FOLDER/* with those below")
    add("--exclude", action="append", default=[], metavar="FOLDER", help="not this folder; #JunkEmail# in any language")
    add("--received-from", metavar="DATE", help="only what was received on or after this day (2026-01-31, in UTC)")
    add("--received-until", metavar="DATE", help="only what was received on or before this day")
    add("--without-deleted", action="store_true", help="not what is marked as deleted")


def add_remedies(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--fast-lane", type=int, metavar="DAYS", help="first the last days of Inbox and Sent Items, then the rest")
    add("--repair", action="store_true", help="change messages that the target refuses, so that it takes them")
    add("--quarantine", metavar="DIR", help="keep the originals of messages that are refused or repaired")


def read_choice(given: argparse.Namespace, now: datetime) -> Choice:
    """Raises UsageError."""
    first, until = _day(given.received_from), _day(given.received_until)
    if first and until and until < first:
        raise UsageError("--received-until is before --received-from: no message would be selected.")
    selection = Selection(
        include=_patterns(given.include),
        exclude=_patterns(given.exclude),
        received_from=first,
        received_until=until + timedelta(days=1) if until else None,
        deleted=not given.without_deleted,
    )
    if given.command == "verify":
        return Choice(selection)
    return Choice(selection, _recent(given.fast_lane, now), given.repair, given.quarantine)


def _patterns(texts: list[str]) -> tuple[Pattern, ...]:
    try:
        return tuple(map(parse_pattern, texts))
    except WrongPattern as error:
        raise UsageError(f"{error.text!r} names no folder: {WRONG[error.code]}.") from error


def _day(text: str | None) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    except ValueError as error:
        raise UsageError(f"{text} is not a day. Write it like 2026-01-31.") from error
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(f"{text} is not between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return day


def _recent(days: int | None, now: datetime) -> datetime | None:
    """From the beginning of that day on, so that a second run on the same day means the same messages."""
    if days is None:
        return None
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"--fast-lane is a number of days from 1 to {MOST_DAYS}.")
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
