"""What a journal keeps, in memory and in a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path as FilePath

import pytest

from mailsync.journal import FolderRecord, Journal, MemoryJournal
from mailsync.journal_file import FileJournal, JournalError
from mailsync.model import FolderState, Skipped
from mailsync.stores.memory import MemoryStore
from mailsync.uids import UidSet
from tests.mailsync.mailboxes import DEEP, contents, filled, run

PAIR = "imap://anna@old.contoso.com to imap://anna@new.contoso.com"
DATE = datetime(2009, 6, 1, 10, 30, tzinfo=timezone(timedelta(hours=2)))
ITEM = Skipped(DEEP, 9, "refused", 'NO [CANNOT] "what\'s this"', 12_345, "Über; 'quoted'", DATE)


@pytest.fixture(params=["memory", "file"])
def journal(request: pytest.FixtureRequest, tmp_path: FilePath) -> Iterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
        return
    in_file = FileJournal(tmp_path / "journal", PAIR)
    yield in_file
    in_file.close()


def record() -> FolderRecord:
    made = FolderRecord(DEEP, ("INBOX", "Café"), 7, 8, 9, state=FolderState(7, 4, 2, 99, 12_000))
    made.copied.add(1, 501)
    made.copied.add(3, 502)
    made.skipped.add(2)
    made.flags.set(1, frozenset({"\\Seen", "$Label1"}))
    made.flags.set(3, frozenset())
    made.excluded.add(4)
    made.deleted.add(5)
    made.repaired.add(3)
    made.selection, made.reselected = "2009-01-01T00:00:00;;", True
    return made


def test_records_come_back_as_they_were_saved(journal: Journal) -> None:
    other = record()
    other.source, other.state = ("Other",), None
    journal.save([record()])
    journal.save([other])
    assert journal.load() == {DEEP: record(), ("Other",): other}


def test_a_record_replaces_the_former_one(journal: Journal) -> None:
    journal.save([record()])
    later = record()
    later.copied.add(4, 503)
    journal.save([later])
    assert journal.load() == {DEEP: later}


def test_loaded_records_can_be_changed_without_changing_the_journal(journal: Journal) -> None:
    journal.save([record()])
    journal.load()[DEEP].copied.add(4, 503)
    assert journal.load() == {DEEP: record()}


def test_skipped_items_are_kept_once(journal: Journal) -> None:
    undated = ITEM._replace(uid=8, date=None, subject="")
    journal.save([record()], (ITEM,))
    journal.save([record()], (ITEM, undated))
    assert sorted(journal.skipped(), key=lambda item: item.uid) == [undated, ITEM]


def test_items_that_the_record_no_longer_names_are_forgotten(journal: Journal) -> None:
    named = record()
    named.skipped.add(9)
    journal.save([named], (ITEM,))
    other = record()
    other.source = ("Other",)
    journal.save([other])
    assert journal.skipped() == [ITEM]
    journal.save([record()])
    assert journal.skipped() == []


def test_items_that_the_record_still_names_are_kept(journal: Journal) -> None:
    named = record()
    named.skipped.add(9)
    journal.save([named], (ITEM, ITEM._replace(uid=8)))
    assert len(journal.skipped()) == 2
    journal.save([named])
    assert journal.skipped() == [ITEM]


def elsewhere(name: str) -> FolderRecord:
    made = record()
    made.target = (name,)
    return made


def test_what_can_not_be_saved_in_full_is_not_saved_in_part(tmp_path: FilePath) -> None:
    def broken() -> Iterator[FolderRecord]:
        yield elsewhere("Other")
        raise KeyboardInterrupt

    journal = FileJournal(tmp_path / "journal", PAIR)
    journal.save([record()])
    with pytest.raises(KeyboardInterrupt):
        journal.save(broken())
    assert journal.load() == {DEEP: record()}
    journal.save([elsewhere("Third")])
    assert journal.load()[DEEP].target == ("Third",)
    journal.close()


def test_a_sync_goes_on_from_a_file_that_was_closed_in_between(tmp_path: FilePath) -> None:
    source, target = filled(MemoryStore()), MemoryStore()
    for _ in range(2):
        journal = FileJournal(tmp_path / "journal", PAIR)
        run(source, target, journal)
        journal.close()
    assert target.calls.count("append") == 1
    assert contents(target) == contents(source)


def test_a_file_can_not_be_used_by_two_runs_at_once(tmp_path: FilePath) -> None:
    first = FileJournal(tmp_path / "journal", PAIR)
    with pytest.raises(JournalError, match="in use: another run copies this mailbox now"):
        FileJournal(tmp_path / "journal", PAIR)
    first.close()
    FileJournal(tmp_path / "journal", PAIR).close()


def test_a_file_belongs_to_one_pair_of_mailboxes(tmp_path: FilePath) -> None:
    journal = FileJournal(tmp_path / "journal", PAIR)
    journal.save([record()])
    journal.close()
    with pytest.raises(JournalError, match="is the journal of imap://anna@old"):
        FileJournal(tmp_path / "journal", "imap://toby@old.contoso.com to imap://toby@new.contoso.com")


def test_a_file_in_which_nothing_was_saved_is_free_for_any_pair(tmp_path: FilePath) -> None:
    FileJournal(tmp_path / "journal", "imap://anna@ol.contoso.com to imap://anna@new.contoso.com").close()
    journal = FileJournal(tmp_path / "journal", PAIR)
    journal.save([record()])
    journal.close()
    again = FileJournal(tmp_path / "journal", PAIR)
    assert again.load() == {DEEP: record()}
    again.close()


def test_a_journal_is_for_its_owner_alone(tmp_path: FilePath) -> None:
    journal = FileJournal(tmp_path / "journal", PAIR)
    journal.save([record()])
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    journal.close()


def test_other_files_are_left_alone(tmp_path: FilePath) -> None:
    text, database = tmp_path / "text", tmp_path / "database"
    text.write_text("This is not a database, but it is long enough to look like one. " * 40)
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE precious (data)")
    other.close()
    before = database.read_bytes()
    with pytest.raises(JournalError, match="file is not a database"):
        FileJournal(text, PAIR)
    with pytest.raises(JournalError, match="not a journal of this version"):
        FileJournal(database, PAIR)
    with pytest.raises(JournalError, match=r"No such file or directory\. Check that the file"):
        FileJournal(tmp_path / "missing" / "journal", PAIR)
    assert text.read_text().startswith("This is not a database")
    assert database.read_bytes() == before


def test_uids_in_a_file_are_ranges_not_rows(tmp_path: FilePath) -> None:
    journal = FileJournal(tmp_path / "journal", PAIR)
    big = FolderRecord(DEEP, DEEP, skipped=UidSet.of_ranges([(1, 100_000)]))
    for uid in range(100_001, 300_000):
        big.copied.add(uid, uid + 5)
    journal.save([big])
    assert journal.load() == {DEEP: big}
    journal.close()
    assert (tmp_path / "journal").stat().st_size < 50_000
