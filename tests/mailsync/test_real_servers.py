"""A mailbox with everything in it, from one Dovecot to another, compared by a reader that shares no code with us."""

from __future__ import annotations

import imaplib
from itertools import count

import pytest

from mailsync.errors import Stop
from mailsync.events import Event, Finished
from mailsync.journal import Journal, MemoryJournal
from mailsync.pairs import Spare, no_spare
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.sync import sync
from mailsync.verify import Verification, verify
from tests.corpus import FOLDERS, corpus
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents, fill, wire_name


@pytest.fixture
def user(dovecot_target: Dovecot) -> str:
    """With an empty mailbox on the target."""
    return empty_mailbox(dovecot_target)


def store(server: Dovecot, user: str) -> ImapStore:
    return ImapStore(ImapSettings(server.host, server.port, Login(user, PASSWORD), "none"))


class Connections:
    """One more to each server."""

    def __init__(self, source: ImapStore, target: ImapStore) -> None:
        self.source, self.target, self.closed = source, target, False

    def close(self) -> None:
        self.source.close()
        self.target.close()
        self.closed = True


def run(source: ImapStore, target: ImapStore, journal: Journal, spare: Spare = no_spare) -> list[Event]:
    clock = map(float, count())
    try:
        return list(sync(source, target, journal, clock=clock.__next__, spare=spare))
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
    dovecot_source: Dovecot, dovecot_target: Dovecot, user: str
) -> None:
    run(store(dovecot_source, "corpus"), store(dovecot_target, user), MemoryJournal())
    arrived = contents(dovecot_target.host, dovecot_target.port, user, PASSWORD)
    assert arrived == read(dovecot_source, "corpus")
    assert sum(map(len, arrived.values())) > 2_100
    assert len(arrived) == len(FOLDERS)


def test_our_own_verification_agrees(dovecot_source: Dovecot, dovecot_target: Dovecot, user: str) -> None:
    journal = MemoryJournal()
    run(store(dovecot_source, "small"), store(dovecot_target, user), journal)
    result = check(store(dovecot_source, "small"), store(dovecot_target, user), journal)
    assert result.ok
    assert result.as_dict()["equal"] == result.as_dict()["source_messages"] == 221


def test_several_connections_to_each_server_bring_the_same(
    dovecot_source: Dovecot, dovecot_target: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailsync.sharing.PAYS", 1)
    pairs = [Connections(store(dovecot_source, "small"), store(dovecot_target, user)) for _ in range(2)]
    spare = iter([*pairs, None]).__next__
    run(store(dovecot_source, "small"), store(dovecot_target, user), MemoryJournal(), spare)
    assert read(dovecot_target, user) == read(dovecot_source, "small")
    assert all(pair.source.signed_in and pair.target.signed_in and pair.closed for pair in pairs)


def test_an_unchanged_mailbox_costs_the_target_no_connection(
    dovecot_source: Dovecot, dovecot_target: Dovecot, user: str
) -> None:
    journal = MemoryJournal()
    run(store(dovecot_source, "small"), store(dovecot_target, user), journal)
    nowhere = ImapStore(ImapSettings("127.0.0.1", 1, Login(user, PASSWORD), "none"))
    assert run(store(dovecot_source, "small"), nowhere, journal)[-1] == Finished(complete=True)


def test_without_a_journal_nothing_is_copied_twice(dovecot_source: Dovecot, dovecot_target: Dovecot, user: str) -> None:
    for _ in range(2):
        run(store(dovecot_source, "small"), store(dovecot_target, user), MemoryJournal())
    assert read(dovecot_target, user) == read(dovecot_source, "small")


def test_new_mail_and_changed_flags_follow(dovecot_source: Dovecot, dovecot_target: Dovecot, user: str) -> None:
    old = empty_mailbox(dovecot_source)
    fill(dovecot_source.host, dovecot_source.port, old, PASSWORD, corpus(110, largest=1000))
    journal = MemoryJournal()
    run(store(dovecot_source, old), store(dovecot_target, user), journal)
    with imaplib.IMAP4(dovecot_source.host, dovecot_source.port) as client:
        client.login(old, PASSWORD)
        client.select(wire_name(FOLDERS[4]))
        client.uid("STORE", "1:3", "FLAGS.SILENT", "(\\Answered Urgent)")
        client.append(
            wire_name(FOLDERS[5]), "(\\Flagged)", '"01-Jan-2010 10:00:00 +0100"', b"Subject: new\r\n\r\nnew\r\n"
        )
        client.create("Later")
    run(store(dovecot_source, old), store(dovecot_target, user), journal)
    assert read(dovecot_target, user) == read(dovecot_source, old)


def test_a_server_without_extensions_gets_the_same_mail(dovecot_source: Dovecot, bare_server: Dovecot) -> None:
    name, journal = empty_mailbox(bare_server), MemoryJournal()
    run(store(dovecot_source, "small"), store(bare_server, name), journal)
    result = check(store(dovecot_source, "small"), store(bare_server, name), journal)
    assert result.ok
    assert result.as_dict()["equal"] == 221
    again = run(store(dovecot_source, "small"), store(bare_server, name), MemoryJournal())
    assert again[-1] == Finished(complete=True)
    assert check(store(dovecot_source, "small"), store(bare_server, name), MemoryJournal()).ok


def test_a_server_without_extensions_is_a_source_too(
    dovecot_source: Dovecot, bare_server: Dovecot, dovecot_target: Dovecot, user: str
) -> None:
    name, journal = empty_mailbox(bare_server), MemoryJournal()
    run(store(dovecot_source, "small"), store(bare_server, name), MemoryJournal())
    run(store(bare_server, name), store(dovecot_target, user), journal)
    assert check(store(dovecot_source, "small"), store(dovecot_target, user), MemoryJournal()).ok
    run(store(bare_server, name), store(dovecot_target, user), journal)
    assert check(store(dovecot_source, "small"), store(dovecot_target, user), MemoryJournal()).ok


def test_a_full_mailbox_stops_with_the_words_of_the_server(dovecot_source: Dovecot, dovecot_target: Dovecot) -> None:
    name = empty_mailbox(dovecot_target, quota=300_000)
    journal = MemoryJournal()
    with pytest.raises(Stop) as stopped:
        run(store(dovecot_source, "small"), store(dovecot_target, name), journal)
    assert (stopped.value.code, stopped.value.side) == ("over_quota", "target")
    assert "[OVERQUOTA]" in stopped.value.words
    stored = sum(map(len, contents(dovecot_target.host, dovecot_target.port, name, PASSWORD).values()))
    assert sum(len(record.copied) for record in journal.load().values()) == stored > 0
