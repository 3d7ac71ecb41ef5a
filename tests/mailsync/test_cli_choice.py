"""The command line says which messages are copied, and what is done about those that are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailsync.cli.choice import Choice
from mailsync.cli.orders import read_order
from mailsync.cli.usage import UsageError
from mailsync.journal import FolderRecord, MemoryJournal
from mailsync.model import INBOX
from mailsync.phases import phases
from mailsync.selection import EVERYTHING, Selection, parse_pattern

PASSWORDS = {"MAILSYNC_SOURCE_PASSWORD": "secret-1", "MAILSYNC_TARGET_PASSWORD": "secret-2"}
PLACES = ("imap://anna@old.contoso.com", "imap://anna@new.contoso.com", "--journal", "anna.journal")
DAY = datetime(2026, 1, 31, tzinfo=UTC)


def choice(*options: str, command: str = "copy") -> Choice:
    return read_order([command, *PLACES, *options], PASSWORDS).pairs[0].choice


def test_without_options_everything_is_copied_as_it_is() -> None:
    assert choice() == Choice(EVERYTHING, None, False, None)


def test_folders_dates_and_marks_choose_messages() -> None:
    options = (
        "--include",
        "#Inbox#/*",
        "--include",
        "Work",
        "--exclude",
        "Work/Old/*",
        "--received-from",
        "2026-01-31",
    )
    selection = choice(*options, "--received-until", "2026-01-31", "--without-deleted").selection
    assert selection == Selection(
        (parse_pattern("#Inbox#/*"), parse_pattern("Work")),
        (parse_pattern("Work/Old/*"),),
        DAY,
        DAY.replace(month=2, day=1),
        deleted=False,
    )
    assert choice(*options, command="verify").selection.include == selection.include


def test_the_fast_lane_begins_at_a_midnight() -> None:
    recent = choice("--fast-lane", "14").recent_from
    assert recent is not None
    assert 14 <= (datetime.now(UTC) - recent).days <= 15
    assert (recent.hour, recent.minute, recent.second, recent.microsecond) == (0, 0, 0, 0)


def test_remedies_have_to_be_asked_for() -> None:
    given = choice("--repair", "--quarantine", "kept")
    assert (given.repair, given.quarantine) == (True, "kept")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--exclude", "Proj*"), "stands alone at the end"),
        (("--include", "#Inboks#"), "no well-known folder of this name"),
        (("--include", "a//b"), "has no name"),
        (("--received-from", "31-01-2026"), "Write it like 2026-01-31"),
        (("--received-until", "9999-12-31"), "not between the years 1900 and 2199"),
        (("--received-from", "2020-01-02", "--received-until", "2019-01-01"), "no message would be selected"),
        (("--fast-lane", "0"), "from 1 to 36500"),
    ],
)
def test_what_means_nothing_is_refused_with_a_reason(options: tuple[str, ...], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        choice(*options)


def test_the_fast_lane_is_taken_until_the_history_has_begun() -> None:
    journal = MemoryJournal()
    lane = EVERYTHING.recent(DAY)
    assert phases(EVERYTHING, None, journal) == [EVERYTHING]
    assert phases(EVERYTHING, DAY, journal) == [lane, EVERYTHING]
    journal.save([FolderRecord(INBOX, INBOX, selection=lane.key)])
    assert phases(EVERYTHING, DAY, journal) == [lane, EVERYTHING]
    journal.save([FolderRecord(("Work",), ("Work",))])
    assert phases(EVERYTHING, DAY, journal) == [EVERYTHING]
