"""The engine's journal in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.journal import FOLDERS_AT_ONCE, DatabaseJournal
from batches.leases import Lease, LeaseLost, take
from batches.models import FolderSync, MigrationUser, SkippedItem
from batches.server_words import HIDDEN, kept, restored, storable
from batches.states import UserStatus
from mailsync.journal import FolderRecord
from mailsync.model import FolderState, Skipped
from mailsync.uids import UidSet
from tests.batches.examples import NOON, make_batch, make_user

ARCHIVE = ("Archief", "Été/2019", "日本語")
STRANGE = ("caf\udce9", "nul\0nul")


def journal() -> DatabaseJournal:
    lease = take(make_user(make_batch(), status=UserStatus.SYNCED, first_synced_at=NOON).pk, NOON)
    assert isinstance(lease, Lease)
    return DatabaseJournal(lease)


def record(source: tuple[str, ...] = ARCHIVE, copied: int = 3) -> FolderRecord:
    made = FolderRecord(source, ("Archive", *source), 7, 1234567890, 501)
    for uid in range(1, copied + 1):
        made.copied.add(uid, uid + 500)
        made.flags.set(uid, frozenset({"\\Seen", "$Forwarded"} if uid % 2 else ()))
    made.skipped = UidSet([9])
    made.state = FolderState(7, 10, 4, highestmodseq=2**62, size=2**40)
    return made


def item(uid: int, folder: tuple[str, ...] = ARCHIVE) -> Skipped:
    date = datetime(2009, 6, 1, tzinfo=UTC)
    return Skipped(folder, uid, "too_large", "[TOOBIG] no", 30_000_000, "Jaarverslag", date)


@pytest.mark.django_db
@pytest.mark.parametrize("source", [ARCHIVE, ("INBOX",), STRANGE, ("x" * 3000, "y" * 3000)])
def test_what_was_saved_is_loaded_again(source: tuple[str, ...]) -> None:
    kept_journal, saved = journal(), record(source)
    kept_journal.save([saved], (item(9, source),))
    assert dict(kept_journal.load()) == {source: saved}
    assert kept_journal.skipped() == [item(9, source)]


@pytest.mark.django_db
def test_saving_again_replaces_the_record() -> None:
    kept_journal = journal()
    kept_journal.save([record()])
    changed = record(copied=5)
    changed.state = None
    kept_journal.save([changed])
    assert dict(kept_journal.load()) == {ARCHIVE: changed}
    assert FolderSync.objects.count() == 1


@pytest.mark.django_db
def test_many_folders_are_saved_at_once() -> None:
    kept_journal, saved = journal(), [record(("Projects", str(number))) for number in range(2 * FOLDERS_AT_ONCE + 1)]
    for _ in range(2):
        kept_journal.save(saved)
    assert list(kept_journal.load().values()) == saved
    assert MigrationUser.objects.get().items_synced == 3 * len(saved)


@pytest.mark.django_db
def test_the_users_figures_follow_exactly() -> None:
    kept_journal = journal()
    kept_journal.save([record(copied=3)], (item(9),))
    kept_journal.save([record(("INBOX",), copied=20)])
    kept_journal.save([record(copied=4)], (item(9), item(11)))
    user = MigrationUser.objects.get()
    assert (user.items_synced, user.items_skipped) == (24, 2)


@pytest.mark.django_db
def test_after_a_new_uidvalidity_the_old_skipped_items_are_forgotten() -> None:
    kept_journal = journal()
    kept_journal.save([record()], (item(9),))
    kept_journal.load()
    renumbered = record(copied=0)
    renumbered.source_uidvalidity, renumbered.skipped = 8, UidSet()
    kept_journal.save([renumbered])
    renumbered.skipped = UidSet([2])
    kept_journal.save([renumbered], (item(2),))
    assert [skipped.uid for skipped in kept_journal.skipped()] == [2]
    assert MigrationUser.objects.get().items_skipped == 1


@pytest.mark.django_db
def test_who_lost_the_lease_can_not_overwrite_what_the_successor_wrote() -> None:
    first = journal()
    second_lease = take(MigrationUser.objects.get().pk, NOON + timedelta(hours=1))
    assert isinstance(second_lease, Lease)
    DatabaseJournal(second_lease).save([record(copied=5)])
    with pytest.raises(LeaseLost):
        first.save([record(copied=2)], (item(9),))
    assert (FolderSync.objects.get().copied_count, SkippedItem.objects.count()) == (5, 0)
    assert MigrationUser.objects.get().items_synced == 5


@given(st.text(st.characters(codec=None, exclude_categories=[]), max_size=50))
def test_any_name_survives_being_stored(name: str) -> None:
    if not any(ord(character) >= 0x10F7FF for character in name):
        assert restored(storable(name)) == name
    storable(name).encode()
    assert "\0" not in storable(name)


def test_a_password_that_a_server_repeats_is_taken_out() -> None:
    words = "BAD Unknown command: LOGIN pilarp Pa$$w0rd"
    assert kept(words, without=["", "Pa$$w0rd"]) == f"BAD Unknown command: LOGIN pilarp {HIDDEN}"
    assert len(kept("x" * 100_000)) == 4000
