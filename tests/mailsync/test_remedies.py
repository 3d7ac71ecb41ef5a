"""What is done for messages that the target refuses: alone, mended, and in the end set apart with the original kept."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path as FilePath

import pytest

from mailsync.errors import Retry
from mailsync.events import Event, MessageRepaired, MessageSkipped
from mailsync.journal import Journal, MemoryJournal
from mailsync.mending import LARGEST_REPAIR
from mailsync.model import INBOX, Skipped
from mailsync.quarantine import FolderQuarantine
from mailsync.remedies import Remedies
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from mailsync.verify import verify
from tests.mailsync.mailboxes import DEEP, contents, day, mail

ILL = b"Subject: ill\r\n\r\nbefore\x00after\r\n"
MENDED = b"Subject: ill\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nbefore=00after\r\n"
BAD = b"Subject: bad\r\n\r\nvirus\r\n"


class Kept:
    """A quarantine in memory."""

    def __init__(self) -> None:
        self.items: dict[int, tuple[Skipped, bytes]] = {}

    def keep(self, item: Skipped, chunks: Iterable[bytes | memoryview]) -> None:
        self.items[item.uid] = item, b"".join(chunks)


def strict(content: bytes) -> str | None:
    if b"\0" in content:
        return "Message contains NUL characters"
    return "Virus found" if b"virus" in content else None


def mailbox() -> MemoryStore:
    store = MemoryStore()
    for number, content in enumerate((mail(1), ILL, BAD, mail(2))):
        store.deliver(INBOX, content, ["\\Seen"], day(number))
    return store


def remedied(source: MemoryStore, target: MemoryStore, journal: Journal, remedies: Remedies) -> list[Event]:
    clock = map(float, count())
    return list(sync(source, target, journal, clock=clock.__next__, remedies=remedies, pause=lambda _seconds: None))


@pytest.mark.parametrize("uidplus", [True, False])
def test_a_refused_message_is_mended_if_that_is_allowed_and_every_repair_is_told(uidplus: bool) -> None:
    source, target, journal, kept = mailbox(), MemoryStore(refuse=strict, uidplus=uidplus), MemoryJournal(), Kept()
    events = remedied(source, target, journal, Remedies(repair=True, quarantine=kept))
    arrived = {content: (flags, date) for content, flags, date in contents(target)[INBOX]}
    assert set(arrived) == {mail(1), MENDED, mail(2)}
    assert arrived[MENDED] == (frozenset({"\\Seen"}), day(1))
    (repaired,) = [event.item for event in events if isinstance(event, MessageRepaired)]
    assert (repaired.uid, repaired.kind, repaired.subject) == (2, "repaired", "ill")
    assert repaired.reason == "Message contains NUL characters [nul]"
    assert [event.item.uid for event in events if isinstance(event, MessageSkipped)] == [3]
    assert {uid: content for uid, (_, content) in kept.items.items()} == {2: ILL, 3: BAD}
    assert {item.uid: item.kind for item in journal.skipped()} == {2: "repaired", 3: "refused"}
    target.writes.clear()
    remedied(source, target, journal, Remedies(repair=True, quarantine=kept))
    assert target.writes == []


def test_a_repaired_message_is_explained_by_a_verification_as_long_as_it_is_there() -> None:
    source, target, journal = mailbox(), MemoryStore(refuse=strict), MemoryJournal()
    remedied(source, target, journal, Remedies(repair=True))
    check = verify(source, target, journal)
    assert check.ok
    assert check.count() == {
        ("missing", "repaired"): 1,
        ("missing", "skipped"): 1,
        ("extra", "repaired"): 1,
    }
    (place,) = [uid for uid, message in target.mailbox[INBOX].messages.items() if message.content == MENDED]
    target.expunge(INBOX, place)
    assert verify(source, target, journal).count()["missing", ""] == 1


def test_nothing_is_changed_unless_that_is_allowed() -> None:
    source, target, journal, kept = mailbox(), MemoryStore(refuse=strict), MemoryJournal(), Kept()
    remedied(source, target, journal, Remedies(quarantine=kept))
    assert [content for content, *_ in contents(target)[INBOX]] == [mail(1), mail(2)]
    assert {uid: (item.kind, item.reason) for uid, (item, _) in kept.items.items()} == {
        2: ("refused", "Message contains NUL characters"),
        3: ("refused", "Virus found"),
    }


def test_what_is_refused_mended_or_not_keeps_the_first_reason() -> None:
    source, target, journal = mailbox(), MemoryStore(refuse=lambda content: strict(content) or "No"), MemoryJournal()
    remedied(source, target, journal, Remedies(repair=True))
    assert {item.uid: (item.kind, item.reason) for item in journal.skipped()} == {
        1: ("refused", "No"),
        2: ("refused", "Message contains NUL characters"),
        3: ("refused", "Virus found"),
        4: ("refused", "No"),
    }


def test_a_run_that_broke_off_after_the_repair_makes_no_second_copy() -> None:
    source, journal = mailbox(), MemoryJournal()

    def break_off(step: str) -> None:
        if step == "appended" and any(m.content == MENDED for m in target.mailbox[INBOX].messages.values()):
            raise Retry("hung_up")

    target = MemoryStore(refuse=strict, step=break_off)
    with pytest.raises(Retry):
        remedied(source, target, journal, Remedies(repair=True))
    target.step = None
    remedied(source, target, journal, Remedies(repair=True))
    assert sorted(content for content, *_ in contents(target)[INBOX]) == sorted([mail(1), mail(2), MENDED])
    assert verify(source, target, journal).ok


def test_a_message_that_is_too_large_to_be_held_is_not_mended() -> None:
    source, target, journal, kept = MemoryStore(), MemoryStore(refuse=strict), MemoryJournal(), Kept()
    source.deliver(DEEP, ILL + b"x" * LARGEST_REPAIR)
    remedied(source, target, journal, Remedies(repair=True, quarantine=kept))
    assert [item.kind for item in journal.skipped()] == ["refused"]
    assert len(kept.items[1][1]) == len(ILL) + LARGEST_REPAIR


def test_a_quarantine_on_disk_keeps_originals_under_names_that_lead_nowhere_else(tmp_path: FilePath) -> None:
    quarantine = FolderQuarantine(tmp_path / "kept")
    for path in (INBOX, ("..", "a/b", "é\0" * 100), (".",)):
        quarantine.keep(Skipped(path, 7, "refused", ""), [b"one", memoryview(b"two")])
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 3
    assert all(file.is_relative_to(tmp_path / "kept") and file.name == "7.eml" for file in files)
    assert {file.read_bytes() for file in files} == {b"onetwo"}
    assert (tmp_path / "kept" / "INBOX" / "7.eml").stat().st_mode & 0o777 == 0o600
