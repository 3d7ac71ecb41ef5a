"""A mailbox with everything in it, from one Dovecot to another, compared by a reader that shares no code with us."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from itertools import count

import pytest

from mailsync.errors import Stop
from mailsync.events import Event, Finished
from mailsync.journal import Journal, MemoryJournal
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.sync import sync
from mailsync.verify import Verification, verify
from tests.corpus import FOLDERS, corpus
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents, fill, sign_up, wire_name

PASSWORD = "pw"
names = (f"user{number}" for number in count())


@pytest.fixture(scope="module")
def source(dovecot_source: Dovecot) -> Dovecot:
    """With the whole corpus in the mailbox ``corpus`` and a small one in ``small``."""
    for user, mails in (("corpus", corpus()), ("small", corpus(220, largest=9_000_000))):
        sign_up(dovecot_source, user, PASSWORD)
        fill(dovecot_source.host, dovecot_source.port, user, PASSWORD, mails)
    return dovecot_source


@pytest.fixture
def user(dovecot_target: Dovecot) -> str:
    """Of an empty mailbox on the target."""
    name = next(names)
    sign_up(dovecot_target, name, PASSWORD)
    return name


def store(server: Dovecot, user: str) -> ImapStore:
    return ImapStore(ImapSettings(server.host, server.port, Login(user, PASSWORD), "none"))


def run(source: ImapStore, target: ImapStore, journal: Journal) -> list[Event]:
    clock = map(float, count())
    try:
        return list(sync(source, target, journal, clock=clock.__next__))
    finally:
        source.close()
        target.close()


def check(source: ImapStore, target: ImapStore, journal: Journal) -> Verification:
    try:
        return verify(source, target, journal)
    finally:
        source.close()
        target.close()


def read(server: Dovecot, user: str) -> object:
    return contents(server.host, server.port, user, PASSWORD)


def test_every_octet_flag_keyword_and_date_arrives_in_order(
    source: Dovecot, dovecot_target: Dovecot, user: str
) -> None:
    run(store(source, "corpus"), store(dovecot_target, user), MemoryJournal())
    arrived = contents(dovecot_target.host, dovecot_target.port, user, PASSWORD)
    assert arrived == read(source, "corpus")
    assert sum(map(len, arrived.values())) > 2_100
    assert len(arrived) == len(FOLDERS)


def test_our_own_verification_agrees(source: Dovecot, dovecot_target: Dovecot, user: str) -> None:
    journal = MemoryJournal()
    run(store(source, "small"), store(dovecot_target, user), journal)
    result = check(store(source, "small"), store(dovecot_target, user), journal)
    assert result.ok
    assert result.as_dict()["equal"] == result.as_dict()["source_messages"] == 221


def test_an_unchanged_mailbox_costs_the_target_no_connection(
    source: Dovecot, dovecot_target: Dovecot, user: str
) -> None:
    journal = MemoryJournal()
    run(store(source, "small"), store(dovecot_target, user), journal)
    nowhere = ImapStore(ImapSettings("127.0.0.1", 1, Login(user, PASSWORD), "none"))
    assert run(store(source, "small"), nowhere, journal)[-1] == Finished(complete=True)


def test_without_a_journal_nothing_is_copied_twice(source: Dovecot, dovecot_target: Dovecot, user: str) -> None:
    for _ in range(2):
        run(store(source, "small"), store(dovecot_target, user), MemoryJournal())
    assert read(dovecot_target, user) == read(source, "small")


def test_new_mail_and_changed_flags_follow(source: Dovecot, dovecot_target: Dovecot, user: str) -> None:
    sign_up(source, f"{user}-old", PASSWORD)
    fill(source.host, source.port, f"{user}-old", PASSWORD, corpus(110, largest=1000))
    journal = MemoryJournal()
    run(store(source, f"{user}-old"), store(dovecot_target, user), journal)
    with imaplib.IMAP4(source.host, source.port) as client:
        client.login(f"{user}-old", PASSWORD)
        client.select(wire_name(FOLDERS[4]))
        client.uid("STORE", "1:3", "FLAGS.SILENT", "(\\Answered Urgent)")
        client.append(
            wire_name(FOLDERS[5]), "(\\Flagged)", '"01-Jan-2010 10:00:00 +0100"', b"Subject: new\r\n\r\nnew\r\n"
        )
        client.create("Later")
    run(store(source, f"{user}-old"), store(dovecot_target, user), journal)
    assert read(dovecot_target, user) == read(source, f"{user}-old")


@pytest.fixture(scope="module")
def bare_target() -> Iterator[Dovecot]:
    """A server as they were before all the extensions, with another delimiter and a prefix."""
    with Dovecot(separator=".", prefix="INBOX.", capabilities=["IMAP4rev1", "NAMESPACE"]) as server:
        yield server


def test_a_server_without_extensions_gets_the_same_mail(source: Dovecot, bare_target: Dovecot) -> None:
    sign_up(bare_target, "small", PASSWORD)
    journal = MemoryJournal()
    run(store(source, "small"), store(bare_target, "small"), journal)
    result = check(store(source, "small"), store(bare_target, "small"), journal)
    assert result.ok
    assert result.as_dict()["equal"] == 221
    again = run(store(source, "small"), store(bare_target, "small"), MemoryJournal())
    assert again[-1] == Finished(complete=True)
    assert check(store(source, "small"), store(bare_target, "small"), MemoryJournal()).ok


def test_a_server_without_extensions_is_a_source_too(
    source: Dovecot, bare_target: Dovecot, dovecot_target: Dovecot, user: str
) -> None:
    sign_up(bare_target, "back", PASSWORD)
    run(store(source, "small"), store(bare_target, "back"), MemoryJournal())
    journal = MemoryJournal()
    run(store(bare_target, "back"), store(dovecot_target, user), journal)
    assert check(store(source, "small"), store(dovecot_target, user), MemoryJournal()).ok
    run(store(bare_target, "back"), store(dovecot_target, user), journal)
    assert check(store(source, "small"), store(dovecot_target, user), MemoryJournal()).ok


def test_a_full_mailbox_stops_with_the_words_of_the_server(source: Dovecot, dovecot_target: Dovecot) -> None:
    name = next(names)
    sign_up(dovecot_target, name, PASSWORD, quota=500_000)
    journal = MemoryJournal()
    with pytest.raises(Stop) as stopped:
        run(store(source, "small"), store(dovecot_target, name), journal)
    assert (stopped.value.code, stopped.value.side) == ("over_quota", "target")
    assert "[OVERQUOTA]" in stopped.value.words
    stored = sum(map(len, contents(dovecot_target.host, dovecot_target.port, name, PASSWORD).values()))
    assert sum(len(record.copied) for record in journal.load().values()) == stored > 0
