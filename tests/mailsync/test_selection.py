"""Which folders and messages of a mailbox are migrated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailsync.model import INBOX, Folder, FolderState, Path
from mailsync.selection import Selection, WrongPattern, parse_pattern

STATE = FolderState(1, 1, 0)
PATHS: list[Path] = [
    INBOX,
    ("INBOX", "Facturen"),
    ("Projects",),
    ("Projects", "2009"),
    ("Projects", "2009", "Q1"),
    ("Projectsheet",),
    ("Verzonden items",),
    ("Prullenbak",),
    ("Prullenbak", "Oud"),
    ("Archief", "Prullenbak"),
    ("#Notes#",),
    ("A/B",),
]
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def listing(**special_uses: str) -> list[Folder]:
    return [Folder(path, special_uses.get(path[-1], ""), STATE) for path in PATHS]


def chosen(include: str = "", exclude: str = "", **special_uses: str) -> list[str]:
    def patterns(text: str) -> tuple[str, ...]:
        return tuple(text.split("|")) if text else ()

    selection = Selection(tuple(map(parse_pattern, patterns(include))), tuple(map(parse_pattern, patterns(exclude))))
    return ["|".join(folder.path) for folder in selection.folders(listing(**special_uses))]


def test_without_patterns_every_folder_is_migrated() -> None:
    assert chosen() == ["|".join(path) for path in PATHS]


@pytest.mark.parametrize(
    ("pattern", "folders"),
    [
        ("Projects", ["Projects"]),
        ("projects/*", ["Projects", "Projects|2009", "Projects|2009|Q1"]),
        ("Projects/2009", ["Projects|2009"]),
        (" PROJECTS/2009/* ", ["Projects|2009", "Projects|2009|Q1"]),
        ("#Inbox#", ["INBOX"]),
        ("inbox", ["INBOX"]),
        ("#inbox#/*", ["INBOX", "INBOX|Facturen"]),
        ("#Inbox#/facturen", ["INBOX|Facturen"]),
        ("#SentItems#", ["Verzonden items"]),
        ("#DeletedItems#/*", ["Prullenbak", "Prullenbak|Oud"]),
        ("#Calendar#/*", []),
        ("#Root#/*", ["|".join(path) for path in PATHS]),
        (r"\#Notes\#", ["#Notes#"]),
        (r"A\/B", ["A/B"]),
        ("Nowhere/*", []),
    ],
)
def test_a_pattern_names_a_folder_or_one_with_its_children(pattern: str, folders: list[str]) -> None:
    assert chosen(include=pattern) == folders


def test_the_servers_own_word_for_a_folders_use_counts_for_more_than_its_name() -> None:
    assert chosen(include="#DeletedItems#", Oud="\\Trash") == ["Prullenbak|Oud"]


def test_what_is_excluded_is_left_out_of_what_is_included() -> None:
    assert chosen(include="Projects/*|#Inbox#", exclude="Projects/2009/*") == ["INBOX", "Projects"]


def test_composed_and_decomposed_names_are_the_same() -> None:
    folders = [Folder(("Entwu\u0308rfe",), "", STATE)]
    assert Selection((parse_pattern("entwürfe"),)).folders(folders) == folders
    assert Selection((parse_pattern("#Drafts#"),)).folders(folders) == folders


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_name"),
        ("/*", "empty_name"),
        ("Projects/", "empty_name"),
        ("Projects//2009", "empty_name"),
        ("*", "wildcard"),
        ("Proj*", "wildcard"),
        ("Projects/*/2009", "wildcard"),
        ("#Inboks#/*", "well_known"),
        ("##", "well_known"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused(text: str, code: str) -> None:
    with pytest.raises(WrongPattern) as refusal:
        parse_pattern(text)
    assert (refusal.value.code, refusal.value.text) == (code, text)


def test_a_lone_hash_and_a_backslash_at_the_end_are_ordinary_characters() -> None:
    assert [parse_pattern(text).levels for text in ("#", "C#", "Temp\\")] == [("#",), ("C#",), ("Temp\\",)]


def test_dates_of_receipt_count_from_the_first_moment_to_before_the_last() -> None:
    selection = Selection(received_from=DAY, received_until=DAY + timedelta(days=1))
    dates = [DAY - timedelta(seconds=1), DAY, DAY + timedelta(hours=23), DAY + timedelta(days=1), None]
    assert [selection.takes_date(date) for date in dates] == [False, True, True, False, True]


def test_the_fast_lane_holds_recent_mail_of_inbox_and_sent_items_and_nothing_that_is_not_selected() -> None:
    selection = Selection(exclude=(parse_pattern("#SentItems#"),), received_from=DAY)
    recent = selection.recent(DAY + timedelta(days=20))
    assert [folder.path for folder in recent.folders(listing())] == [INBOX]
    assert recent.received_from == DAY + timedelta(days=20)
    assert selection.recent(DAY - timedelta(days=20)).received_from == DAY
    assert Selection().recent(DAY).received_from == DAY


def test_selections_of_the_same_messages_have_the_same_key() -> None:
    assert Selection().key == Selection(exclude=(parse_pattern("X"),)).key == ""
    keys = {Selection(received_from=DAY).key, Selection(received_until=DAY).key, Selection(deleted=False).key, ""}
    assert len(keys) == 4


def test_patterns_that_name_no_folder_are_known() -> None:
    patterns = tuple(map(parse_pattern, ("Projects/*", "Projcts", "#Inbox#", "#Archive#")))
    assert Selection(patterns[:2], patterns[2:]).unmatched(listing()) == ("Projcts", "#Archive#")
