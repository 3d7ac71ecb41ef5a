"""A mailbox that people go on using while it is copied: mail comes, goes, and is looked for at awkward moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from mailsync.errors import Stop
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX, Message, Path
from mailsync.stores.memory import MemoryStore
from mailsync.uids import UidSet
from tests.mailsync.mailboxes import contents, mail, run


class Holey(MemoryStore):
    """Lists a message and does not deliver it."""

    unreadable = 0

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message]:
        return (message for message in super().read(wanted) if message.uid != self.unreadable)


def at(step: str, do: Callable[[], object]) -> Callable[[str], None]:
    """Something that happens the first time a store comes to a step."""
    pending = [do]

    def watch(name: str) -> None:
        if name == step and pending:
            pending.pop()()

    return watch


def test_mail_that_comes_while_a_broken_run_is_resumed_is_copied_once() -> None:
    source, target, journal = MemoryStore(), MemoryStore(multiappend=False), MemoryJournal()
    for number in range(4):
        source.deliver(INBOX, mail(number))
    run(source, target, journal, wanted=lambda: len(target.mailbox[INBOX].messages) < 2)
    assert 0 < len(target.mailbox[INBOX].messages) < 4
    source.step = at("uids", lambda: source.deliver(INBOX, mail(9)))
    run(source, target, journal)
    run(source, target, journal)
    assert contents(target) == contents(source)


def test_mail_that_comes_while_a_lost_target_folder_is_filled_again_is_copied_once() -> None:
    source, target, journal = MemoryStore(), MemoryStore(), MemoryJournal()
    source.deliver(INBOX, mail(1))
    run(source, target, journal)
    target.renumber(INBOX)
    source.deliver(INBOX, mail(2))
    source.step = at("uids", lambda: source.deliver(INBOX, mail(3)))
    run(source, target, journal)
    run(source, target, journal)
    assert contents(target) == contents(source)


@pytest.mark.parametrize("multiappend", [True, False])
def test_new_mail_for_which_the_target_had_no_room_is_copied_once_there_is(multiappend: bool) -> None:
    source, journal = MemoryStore(), MemoryJournal()
    target = MemoryStore(multiappend=multiappend)
    old = [source.deliver(INBOX, mail(number)) for number in range(5)]
    run(source, target, journal)
    for uid in old:  # its owner cleans up: the journal knows of more messages than there are
        source.expunge(INBOX, uid)
    source.deliver(INBOX, mail(8))
    target.refuse = lambda _: "[OVERQUOTA] Mailbox is full"
    with pytest.raises(Stop, match="over_quota"):
        run(source, target, journal)
    target.refuse = None
    run(source, target, journal)
    assert mail(8) in [content for content, *_ in contents(target)[INBOX]]


def test_new_mail_that_the_source_does_not_deliver_is_told_though_old_mail_was_deleted() -> None:
    source, target, journal = Holey(), MemoryStore(), MemoryJournal()
    old = [source.deliver(INBOX, mail(number)) for number in range(5)]
    run(source, target, journal)
    for uid in old:
        source.expunge(INBOX, uid)
    unreadable = source.deliver(INBOX, mail(6))
    source.deliver(INBOX, mail(7))
    source.unreadable = unreadable
    run(source, target, journal)
    assert [(item.uid, item.kind) for item in journal.skipped()] == [(unreadable, "unreadable")]
