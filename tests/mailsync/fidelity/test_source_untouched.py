"""The source is read and nothing else: it may forbid all else, and looks afterwards as it looked before."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator
from itertools import count

import pytest

from mailsync.events import Finished
from mailsync.journal import Journal, MemoryJournal
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.memory import MemoryStore
from mailsync.sync import sync
from mailsync.verify import verify
from tests.corpus import FOLDERS, corpus
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER, Dovecot
from tests.servers.mailbox import fill, wire_name
from tests.servers.recorder import Recorder

ONLY_READS = re.compile(
    rb"""(?xi)
    CAPABILITY | NAMESPACE | NOOP | LOGOUT | STARTTLS | COMPRESS\ DEFLATE | ID\ .* | ENABLE\ .*
    | AUTHENTICATE\ PLAIN(\ .*)? | LOGIN\ .*
    | LIST\ .* | STATUS\ .* | EXAMINE\ .* | UNSELECT
    | UID\ SEARCH\ .*
    | (UID\ )?FETCH\ [\d:,*]+\ \((UID|FLAGS|INTERNALDATE|RFC822\.SIZE|BODY\.PEEK\[\]|\ )+\)(\ \(CHANGEDSINCE\ \d+\))?
    """
)


def store(port: int, user: str) -> ImapStore:
    return ImapStore(ImapSettings("127.0.0.1", port, Login(user, PASSWORD), "none"))


def run(port: int, user: str, target: MemoryStore, journal: Journal) -> None:
    source, clock = store(port, user), map(float, count())
    try:
        assert list(sync(source, target, journal, clock=clock.__next__))[-1] == Finished(complete=True)
    finally:
        source.close()


def looks(server: Dovecot, user: str) -> dict[bytes, object]:
    """All that a client can see of a mailbox without changing it."""
    with imaplib.IMAP4(server.host, server.port, timeout=60) as client:
        client.login(user, PASSWORD)
        lines = [line for line in client.list()[1] if isinstance(line, bytes) and b"\\Noselect" not in line]
        names = [line.split(b' "/" ', 1)[1] for line in lines]
        return {name: _looks(client, name.decode()) for name in names}


def _looks(client: imaplib.IMAP4, name: str) -> object:
    items = "(MESSAGES RECENT UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
    status = client.status(name, items)
    client.select(name, readonly=True)
    flags = client.uid("FETCH", "1:*", "(FLAGS MODSEQ INTERNALDATE)")
    client.unselect()
    return status, sorted(line for line in flags[1] if isinstance(line, bytes)), client.status(name, items)


@pytest.fixture
def mailbox(dovecot_source: Dovecot) -> str:
    """Of a user, with mail that nobody has seen yet."""
    user = empty_mailbox(dovecot_source)
    fill(dovecot_source.host, dovecot_source.port, user, PASSWORD, corpus(110, largest=1000))
    return user


def arrive(server: Dovecot, user: str) -> None:
    """New mail, and a new flag on old mail."""
    with imaplib.IMAP4(server.host, server.port, timeout=60) as client:
        client.login(user, PASSWORD)
        client.append("INBOX", "", '"01-Jan-2010 10:00:00 +0100"', b"Subject: new\r\n\r\nnew\r\n")
        client.select(wire_name(FOLDERS[4]))
        client.uid("STORE", "1", "+FLAGS.SILENT", "(\\Answered)")


def test_initial_sync_incremental_sync_and_verification_leave_the_source_as_it_was(
    dovecot_source: Dovecot, mailbox: str
) -> None:
    target, journal = MemoryStore(), MemoryJournal()
    for _ in range(2):
        before = looks(dovecot_source, mailbox)
        run(dovecot_source.port, mailbox, target, journal)
        source = store(dovecot_source.port, mailbox)
        assert verify(source, target, journal).ok
        source.close()
        assert looks(dovecot_source, mailbox) == before
        arrive(dovecot_source, mailbox)
    assert "RECENT 11" in str(before)  # mail that no client was told of is still new
    assert len(before) > 10


def test_nothing_but_commands_that_read_is_ever_sent_to_the_source(dovecot_source: Dovecot, mailbox: str) -> None:
    target, journal = MemoryStore(), MemoryJournal()
    with Recorder(dovecot_source.host, dovecot_source.port) as recorder:
        for _ in range(2):
            run(recorder.port, mailbox, target, journal)
            arrive(dovecot_source, mailbox)
        run(recorder.port, mailbox, target, MemoryJournal())
        source = store(recorder.port, mailbox)
        assert verify(source, target, MemoryJournal()).ok is True
        source.close()
    assert len(recorder.commands) > 50
    assert [command for command in recorder.commands if not ONLY_READS.fullmatch(command)] == []


@pytest.fixture(scope="module")
def read_only_source() -> Iterator[Dovecot]:
    """Its mailboxes may be listed and read by their owners, and that is all (RFC 4314 rights ``l`` and ``r``)."""
    with Dovecot(owner_rights="lr") as server:
        yield server


def test_rights_to_list_and_read_suffice(read_only_source: Dovecot) -> None:
    server = read_only_source
    user = empty_mailbox(server)
    fill(server.host, server.port, f"{user}*{MASTER_USER}", MASTER_PASSWORD, corpus(110, largest=1000))
    with imaplib.IMAP4(server.host, server.port, timeout=60) as client:
        client.login(user, PASSWORD)
        assert client.append("INBOX", "", "", b"x")[0] == client.create("More")[0] == "NO"
    target, journal = MemoryStore(), MemoryJournal()
    for _ in range(2):
        run(server.port, user, target, journal)
    assert len(journal.load()) == len(FOLDERS)
    source = store(server.port, user)
    result = verify(source, target, journal)
    source.close()
    assert result.ok
    assert result.as_dict()["equal"] == 111
