"""The independent count finds what is wrong, and explains what is not."""

from __future__ import annotations

import json

import pytest

from mailsync.comparing import Difference
from mailsync.errors import Retry
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.stores.memory import MemoryStore
from mailsync.verify import Verification, verify
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
