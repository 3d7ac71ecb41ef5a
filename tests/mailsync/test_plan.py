"""What a folder needs is decided from the source's state and the record alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.journal import FolderRecord
from mailsync.model import SYSTEM_FLAGS, Folder, FolderState
from mailsync.plan import change_of_flags, plan_folder, settable
from mailsync.uids import UidMap, UidSet
from tests.mailsync.mailboxes import DEEP

STATE = FolderState(uidvalidity=7, uidnext=11, messages=9, highestmodseq=50)


def record(state: FolderState | None = STATE, *, skipped: int = 10) -> FolderRecord:
    """UIDs 1 to 8 copied, one skipped, 9 gone."""
    copied = UidMap()
    for uid in range(1, 9):
        copied.add(uid, uid + 100)
    return FolderRecord(DEEP, DEEP, 7, 3, 109, copied, UidSet([skipped]), state=state)


def test_a_folder_in_the_same_state_needs_nothing() -> None:
    assert plan_folder(Folder(DEEP, "", STATE), record()) is None


def test_a_folder_without_messages_by_nature_needs_nothing() -> None:
    assert plan_folder(Folder(DEEP), None) is None


def test_a_new_folder_is_copied_in_one_range_without_asking_which_uids_exist() -> None:
    job = plan_folder(Folder(DEEP, "\\Archive", STATE), None)
    assert job is not None
    assert (str(job.copy), job.messages_to_copy, job.look_at_flags, job.special_use) == ("1:10", 9, None, "\\Archive")
    assert job.needs_target


def test_an_empty_new_folder_is_still_made_on_the_target() -> None:
    job = plan_folder(Folder(DEEP, "", FolderState(7, 1, 0)), None)
    assert job is not None
    assert not job.copy
    assert job.needs_target


def test_new_mail_is_what_came_since() -> None:
    job = plan_folder(Folder(DEEP, "", STATE._replace(uidnext=14, messages=12, highestmodseq=60)), record())
    assert job is not None
    assert (str(job.copy), job.look_at_flags) == ("11:13", 50)


def test_changed_flags_are_asked_for_since_the_last_time() -> None:
    job = plan_folder(Folder(DEEP, "", STATE._replace(highestmodseq=60)), record())
    assert job is not None
    assert (job.copy, job.look_at_flags) == (UidSet(), 50)
    assert not job.needs_target


@pytest.mark.parametrize("before", [0, 50])
def test_without_modification_sequences_all_flags_are_looked_at(before: int) -> None:
    state = STATE._replace(highestmodseq=0)
    job = plan_folder(Folder(DEEP, "", state), record(STATE._replace(highestmodseq=before)))
    assert job is not None
    assert (job.copy, job.look_at_flags) == (UidSet(), 0)


def test_after_a_break_the_source_is_asked_what_exists_and_all_flags_are_looked_at() -> None:
    job = plan_folder(Folder(DEEP, "", STATE), record(None))
    assert job is not None
    assert (job.copy, job.look_at_flags) == (None, 0)


def test_a_new_uidvalidity_of_the_source_begins_anew_at_the_same_place() -> None:
    job = plan_folder(Folder(DEEP, "", STATE._replace(uidvalidity=8)), record())
    assert job is not None
    assert (str(job.copy), job.look_at_flags) == ("1:10", None)
    assert job.record == FolderRecord(DEEP, DEEP, 8, 3)


@pytest.mark.parametrize(
    "state",
    [
        STATE._replace(uidnext=0, highestmodseq=60),  # the server does not tell
        STATE._replace(uidnext=5, highestmodseq=60),  # went backwards
        STATE._replace(messages=30, highestmodseq=60),  # more messages than UIDs were given out
    ],
)
def test_numbers_that_do_not_add_up_make_the_source_be_asked(state: FolderState) -> None:
    job = plan_folder(Folder(DEEP, "", state), record())
    assert job is not None
    assert job.copy is None


FLAGS = st.frozensets(st.sampled_from(["\\Seen", "\\Flagged", "\\Recent", "\\Weird", "Work", "$Label1"]))


@given(FLAGS, FLAGS, FLAGS)
def test_only_what_changed_at_the_source_is_changed(
    before: frozenset[str], now: frozenset[str], copy: frozenset[str]
) -> None:
    change = change_of_flags(before, now)
    after = (copy | change.add) - change.remove
    for flag in settable(before | now | copy):
        if (flag in before) == (flag in now):
            assert (flag in after) == (flag in copy)
        else:
            assert (flag in after) == (flag in now)


@given(FLAGS, FLAGS)
def test_where_the_former_flags_are_unknown_nothing_is_removed(now: frozenset[str], copy: frozenset[str]) -> None:
    change = change_of_flags(None, now, copy)
    assert change.remove == frozenset()
    assert copy | change.add == copy | settable(now)


@given(FLAGS)
def test_system_flags_of_the_server_itself_are_never_set(flags: frozenset[str]) -> None:
    assert all(flag in SYSTEM_FLAGS or not flag.startswith("\\") for flag in settable(flags))
