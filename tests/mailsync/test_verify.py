"""The independent count finds what is wrong, and explains what is not."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from mailsync.comparing import Difference
from mailsync.errors import Retry
from mailsync.journal import FolderRecord, MemoryJournal
from mailsync.model import INBOX
from mailsync.skipping import NOT_GIVEN
from mailsync.stores.memory import MemoryStore
from mailsync.verify import Verification, check_folders, verify
from tests.mailsync.mailboxes import SENT, day, filled, mail, run


@pytest.fixture
def synced() -> tuple[MemoryStore, MemoryStore, MemoryJournal]:
    source, target, journal = filled(MemoryStore()), MemoryStore(), MemoryJournal()
    run(source, target, journal)
    return source, target, journal


Synced = tuple[MemoryStore, MemoryStore, MemoryJournal]


def differences(result: Verification) -> list[Difference]:
    return [difference for folder in result.folders for difference in folder.differences]


def test_equal_mailboxes_are_ok_with_and_without_the_journal(synced: Synced) -> None:
    source, target, journal = synced
    for known in (journal, MemoryJournal()):
        result = verify(source, target, known)
        assert result.ok
        assert differences(result) == []
        assert sum(folder.equal for folder in result.folders) == 21


def test_neither_side_is_written_to(synced: Synced) -> None:
    source, target, journal = synced
    target.writes.clear()
    verify(source, target, journal)
    assert source.writes == target.writes == []


def test_a_lost_message_is_found(synced: Synced) -> None:
    source, target, journal = synced
    target.expunge(SENT, 3)
    result = verify(source, target, journal)
    assert not result.ok
    assert [d.kind for d in differences(result)] == ["missing"]


def test_a_changed_octet_is_found(synced: Synced) -> None:
    source, target, journal = synced
    target.mailbox[SENT].messages[6].content += b"\r\n"
    result = verify(source, target, journal)
    assert not result.ok
    assert result.count()[("missing", "")] == 1


def test_a_doubled_message_is_found(synced: Synced) -> None:
    source, target, journal = synced
    target.deliver(SENT, mail(1), ["\\Seen"], day(1))
    result = verify(source, target, journal)
    assert not result.ok
    assert [(d.kind, d.target_uid) for d in differences(result)] == [("duplicate", 8)]


def test_a_wrong_date_wrong_flags_and_lost_keywords_are_found(synced: Synced) -> None:
    source, target, journal = synced
    target.mailbox[SENT].messages[1].date = day(300)
    target.mark(SENT, 4, ["\\Draft"])
    target.mark(SENT, 3, ["\\Seen"])
    target.mark(INBOX, 3, ["\\Seen", "$Forwarded"])
    result = verify(source, target, journal)
    assert not result.ok
    assert [(d.kind, d.source_uid, d.explanation) for d in differences(result)] == [
        ("date", 1, ""),
        ("keywords", 3, "keyword_not_kept"),
        ("flags", 4, ""),
    ]


def test_a_wrong_order_is_found() -> None:
    source, target = MemoryStore(), MemoryStore()
    for number in range(4):
        source.deliver(INBOX, mail(number))
        target.deliver(INBOX, mail((number + 1) % 4))
    result = verify(source, target, MemoryJournal())
    assert [(d.kind, d.source_uid) for d in differences(result)] == [("order", 2)]
    assert not result.ok


def test_a_missing_folder_is_missing_mail(synced: Synced) -> None:
    source, target, journal = synced
    target.drop(SENT)
    assert verify(source, target, journal).count() == {("missing", ""): 7}


def test_everything_that_the_journal_explains_is_ok() -> None:
    source, target, journal = filled(MemoryStore()), MemoryStore(batch=2), MemoryJournal()
    target.refuse = lambda content: "contains a virus" if content == mail(3) else None
    run(source, target, journal)
    source.deliver(SENT, mail(90))
    source.mark(SENT, 1, ["\\Answered"])
    source.expunge(SENT, 5)
    target.deliver(SENT, mail(91))
    result = verify(source, target, journal)
    assert result.ok
    assert result.count() == {
        ("missing", "skipped"): 3,
        ("missing", "arrived_later"): 1,
        ("flags", "changed_later"): 1,
        ("extra", "vanished_at_source"): 1,
        ("extra", "added_at_target"): 1,
        ("order", "sent_again"): 3,
    }
    assert "refused: contains a virus" in {d.detail for d in differences(result)}


def test_a_flag_that_was_set_on_the_target_is_explained_and_one_that_is_missing_there_is_not(synced: Synced) -> None:
    source, target, journal = synced
    target.mark(SENT, 2, ["\\Seen", "\\Flagged"])
    target.mark(INBOX, 1, ["$Important"])
    assert verify(source, target, journal).count() == {
        ("flags", "changed_at_target"): 1,
        ("keywords", "changed_at_target"): 1,
    }
    assert not verify(source, target, MemoryJournal()).ok
    source.mark(SENT, 2, ["\\Seen", "\\Answered"])
    assert verify(source, target, journal).count()[("flags", "")] == 1
    run(source, target, journal)
    target.mark(SENT, 2, [])
    assert verify(source, target, journal).count()[("flags", "")] == 1


@pytest.mark.parametrize(("now", "explanation"), [(None, ""), (day(299), "date_not_kept"), (day(301), "")])
def test_a_date_in_the_future_need_not_be_kept(synced: Synced, now: datetime | None, explanation: str) -> None:
    source, target, journal = synced
    source.mailbox[SENT].messages[1].date = day(300)
    checks = check_folders(source, target, journal, now=now)
    assert Verification(tuple(checks)).count() == {("date", explanation): 1}


def test_an_order_that_the_journal_knows_is_explained() -> None:
    source, target, journal = MemoryStore(), MemoryStore(), MemoryJournal()
    for number in range(3):
        source.deliver(INBOX, mail(number))
    record = FolderRecord(INBOX, INBOX)
    for place, number in enumerate((1, 2, 0), 1):  # the first was refused until the others were there
        target.deliver(INBOX, mail(number))
        record.copied.add(number + 1, place)
    journal.save([record])
    result = verify(source, target, journal)
    assert result.ok
    assert result.count() == {("order", "sent_again"): 1}


def test_what_the_source_lists_and_does_not_give_out_is_in_the_result() -> None:
    source, target, journal = MemoryStore(), MemoryStore(), MemoryJournal()
    for number in range(3):
        source.deliver(INBOX, mail(number), date=day(number))
    source.mailbox[INBOX].messages[2].content = b""
    run(source, target, journal)
    (item,) = journal.skipped()
    assert (item.kind, item.reason, item.date) == ("unreadable", NOT_GIVEN, day(1))
    source.mailbox[INBOX].messages[3].content = b""
    assert differences(verify(source, target, journal)) == [
        Difference("missing", 2, 0, "skipped", f"unreadable: {NOT_GIVEN}"),
        Difference("missing", 3, 2, "unreadable_later", f"unreadable: {NOT_GIVEN}"),
        Difference("extra", 3, 2, "unreadable_later", f"unreadable: {NOT_GIVEN}"),
    ]
    unknown = verify(source, target, MemoryJournal())
    assert unknown.folders[0].source_messages == 3
    assert unknown.count()[("missing", "")] == 2


def test_the_result_can_be_written_as_json(synced: Synced) -> None:
    source, target, journal = synced
    target.expunge(SENT, 3)
    result = json.loads(json.dumps(verify(source, target, journal).as_dict()))
    assert (result["ok"], result["source_messages"], result["target_messages"]) == (False, 21, 20)
    assert result["differences"] == {"missing": 1}
    assert result["details"][0]["source"] == "Sent"


@pytest.mark.parametrize("side", ["source", "target"])
def test_errors_say_on_which_side_they_happened(synced: Synced, side: str) -> None:
    source, target, journal = synced

    def break_off(step: str) -> None:
        if step == "chunk":
            raise Retry("hung_up")

    (source if side == "source" else target).step = break_off
    with pytest.raises(Retry) as broken:
        verify(source, target, journal)
    assert broken.value.side == side
