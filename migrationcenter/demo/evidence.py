"""Counts the new server against the old one when all is moved, and says what became of every message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from batches.journal import DatabaseJournal
from batches.leases import Lease
from batches.models import MigrationBatch, MigrationUser
from batches.states import UserStatus
from endpoints.connect import open_store
from mailsync.comparing import Difference
from mailsync.errors import MailsyncError
from mailsync.journal import Journal, MemoryJournal
from mailsync.verify import FolderCheck, Verification, verify

# All other explanations that mailsync.verify knows are of things that do not happen here: nobody writes to either side.
ACCOUNTED = frozenset({"skipped", "repaired", "sent_again"})
AT_ONCE = 4  # mailboxes
COLUMNS = "{:34}{:>8}{:>10}{:>10}{:>9}{:>13}"


@dataclass(frozen=True, slots=True)
class MailboxResult:
    """``faults``: what is wrong, a sentence each; none means that every message is accounted for."""

    address: str
    folders: int
    messages: int
    equal: int
    skipped: tuple[str, ...]  # one sentence each, as the next
    repaired: tuple[str, ...]
    faults: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        yield COLUMNS.format(self.address, self.folders, self.messages, self.equal, len(self.skipped), len(self.faults))
        yield from (f"    skipped: {words}" for words in self.skipped)
        yield from (f"    {words}" for words in self.repaired)
        yield from (f"    WRONG: {words}" for words in self.faults)


def check(batch: MigrationBatch) -> int:
    """Read every mailbox on both sides anew, through new connections, and print what was found. The exit code."""
    print("Every message on both servers is read again and compared: content, flags, keywords, date and order.\n")
    print(COLUMNS.format("mailbox", "folders", "messages", "equal", "skipped", "differences"))
    users = list(batch.users.select_related("batch__source", "batch__target"))
    journals = [_journal(user) for user in users]
    results = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for result in pool.map(_check_mailbox, users, journals):
            print(*result.lines(), sep="\n")
            results.append(result)
    return _conclude(results)


def _journal(user: MigrationUser) -> Journal:
    """A copy of the user's journal that needs no database any more: threads would each open a connection to it."""
    stored, copy = DatabaseJournal(Lease(user.pk, "")), MemoryJournal()
    skipped = tuple(stored.skipped())
    copy.save(stored.load().values(), skipped)
    return copy


def _check_mailbox(user: MigrationUser, journal: Journal) -> MailboxResult:
    if user.status != UserStatus.SYNCED:
        return MailboxResult(
            user.address, 0, 0, 0, (), (), (f"it is {user.status}: {user.error_code} {user.error_words}",)
        )
    try:
        return _result(user, _verify(user, journal))
    except MailsyncError as error:
        return MailboxResult(user.address, 0, 0, 0, (), (), (f"it could not be read: {error}",))


def _verify(user: MigrationUser, journal: Journal) -> Verification:
    source, target = user.batch.source, user.batch.target
    with (
        closing(open_store(source, user=user.address, password=user.source_password)) as originals,
        closing(open_store(target, user=user.address, password=user.target_password)) as copies,
    ):
        return verify(originals, copies, journal)


def _result(user: MigrationUser, found: Verification) -> MailboxResult:
    differences = [(folder, each) for folder in found.folders for each in folder.differences]
    return MailboxResult(
        user.address,
        folders=len(found.folders),
        messages=sum(folder.source_messages for folder in found.folders),
        equal=sum(folder.equal for folder in found.folders),
        skipped=tuple(_told("skipped", differences)),
        repaired=tuple(_told("repaired", differences)),
        faults=tuple(
            f"{'/'.join(f.source)}: {d.kind} {d.source_uid}/{d.target_uid} {d.explanation} {d.detail}"
            for f, d in differences
            if d.explanation not in ACCOUNTED
        ),
    )


def _told(explanation: str, differences: Iterable[tuple[FolderCheck, Difference]]) -> Iterator[str]:
    """Of the originals alone: a copy that was changed is a second difference, told by the same words."""
    for folder, each in differences:
        if (each.explanation, each.kind) == (explanation, "missing"):
            yield f"{'/'.join(folder.source)}: {each.detail}"


def _conclude(results: list[MailboxResult]) -> int:
    messages, equal = sum(result.messages for result in results), sum(result.equal for result in results)
    skipped, repaired = sum(len(result.skipped) for result in results), sum(len(result.repaired) for result in results)
    found = f"{messages:,} on the old server, {equal:,} equal on the new, {repaired} repaired, {skipped} skipped."
    if any(result.faults for result in results) or equal + repaired + skipped != messages:
        print(f"\nNOT every message is accounted for: {found}")
        return 1
    print(f"\nEvery message is accounted for: {found}")
    return 0
