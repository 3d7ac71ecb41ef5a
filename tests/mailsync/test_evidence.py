"""What a verification leaves for people who were not there."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from mailsync.evidence import COLUMNS, CsvEvidence, Proof, summary, write_summary
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.skipping import NOT_GIVEN
from mailsync.stores.memory import MemoryStore
from mailsync.verify import Verification, check_folders
from tests.mailsync.mailboxes import SENT, day, filled, mail, run

Rows = list[dict[str, str]]


def evidence_of(source: MemoryStore, target: MemoryStore, journal: MemoryJournal) -> tuple[Verification, Rows]:
    file = io.StringIO(newline="")
    checks = tuple(check_folders(source, target, journal, evidence=CsvEvidence(file)))
    file.seek(len("\ufeff"))
    return Verification(checks), list(csv.DictReader(file))


def test_every_message_of_either_side_has_one_line() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    result, rows = evidence_of(source, target, journal)
    assert result.ok
    assert len(rows) == 21
    assert {row["outcome"] for row in rows} == {"equal"}
    first = next(row for row in rows if (row["source_folder"], row["source_uid"]) == ("Sent", "3"))
    assert first == {
        "source_folder": "Sent",
        "source_uid": "3",
        "target_folder": "Sent",
        "target_uid": "3",
        "sha256": sha256(mail(2)).hexdigest(),
        "received": "2009-06-03T09:30:00+00:00",
        "flags": "$Forwarded \\Seen",
        "outcome": "equal",
        "explanation": "",
        "detail": "",
    }


def test_every_difference_is_on_the_line_of_its_message_with_its_explanation() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(batch=2), MemoryJournal()
    target.refuse = lambda content: "contains a virus" if content == mail(3) else None
    run(source, target, journal)
    source.deliver(SENT, mail(90))
    source.mark(SENT, 1, ["\\Answered"])
    source.expunge(SENT, 5)
    target.deliver(SENT, mail(91))
    target.deliver(INBOX, mail(1))
    target.mailbox[SENT].messages[2].date = day(300)
    result, rows = evidence_of(source, target, journal)
    told = {
        (row["source_uid"], row["outcome"], row["explanation"], row["detail"])
        for row in rows
        if row["source_folder"] == "Sent"
    }
    assert ("4", "missing", "skipped", "refused: contains a virus") in told
    assert ("8", "missing", "arrived_later", "") in told
    assert ("5", "extra", "vanished_at_source", "") not in told  # it is gone from there: its line has the target's UID
    assert ("", "extra", "vanished_at_source", "") in told
    assert ("", "extra", "added_at_target", "") in told
    assert any(outcome.startswith("date") for _, outcome, _, _ in told)
    assert ("1", "flags", "changed_later") in {line[:3] for line in told}
    assert [row["target_uid"] for row in rows if row["outcome"] == "duplicate"] == ["7"]
    assert sum(bool(row["source_uid"]) for row in rows) == sum(folder.source_messages for folder in result.folders)
    assert sum(bool(row["target_uid"]) for row in rows) == sum(folder.target_messages for folder in result.folders)


def test_a_message_that_the_source_gives_nothing_of_has_its_line() -> None:
    source, target, journal = MemoryStore(), MemoryStore(), MemoryJournal()
    source.deliver(INBOX, mail(1), date=day(1))
    source.mailbox[INBOX].messages[1].content = b""
    run(source, target, journal)
    (row,) = evidence_of(source, target, journal)[1]
    told = [
        row[name] for name in ("source_uid", "target_uid", "sha256", "received", "outcome", "explanation", "detail")
    ]
    assert told == ["1", "", "", day(1).isoformat(), "missing", "skipped", f"unreadable: {NOT_GIVEN}"]


def test_no_cell_is_a_formula_and_odd_names_do_not_break_a_line() -> None:
    file = io.StringIO(newline="")
    odd = ["=cmd()", "1", "-x", "", "ab", "", "@flag", "equal", "", 'a "quoted",\r\nline \udc80']
    CsvEvidence(file).keep([Proof(*odd)])
    file.seek(0)
    assert file.read(1) == "\ufeff"  # for Excel
    header, row = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert row == ["'=cmd()", "1", "'-x", "", "ab", "", "'@flag", "equal", "", 'a "quoted",\r\nline \\udc80']


def test_the_summary_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    document = summary(Verification(()).as_dict(), source="imap://a@old", target="imap://a@new", began=noon, ended=noon)
    write_summary(tmp_path / "a.json", document)
    assert json.loads((tmp_path / "a.json").read_text()) == document
    assert document["format"] == "mailsync evidence 1"
    assert (document["ok"], document["began"], document["source"]) == (
        True,
        "2026-03-02T12:00:00+00:00",
        "imap://a@old",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("date", [None, day(1)])
def test_a_message_without_a_readable_date_has_none(date: datetime | None) -> None:
    source, target = MemoryStore(), MemoryStore()
    source.deliver(INBOX, mail(1))
    source.mailbox[INBOX].messages[1].date = date  # type: ignore[assignment]
    _, rows = evidence_of(source, target, MemoryJournal())
    assert rows[0]["received"] == (day(1).isoformat() if date else "")
