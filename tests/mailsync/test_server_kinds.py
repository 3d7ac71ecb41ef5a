"""From a Dovecot to every kind of server, and from there to another Dovecot: what arrives is what was sent."""

from __future__ import annotations

import imaplib
from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from mailsync.events import Event, Finished
from mailsync.journal import MemoryJournal
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.sync import sync
from mailsync.verify import verify
from tests import corpus
from tests.corpus import FOLDERS, Mail
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.mailsync.stores.conftest import settings_of
from tests.servers.dovecot import Dovecot
from tests.servers.kinds import KINDS, USERS, MailServer
from tests.servers.kinds import PASSWORD as THEIR_PASSWORD
from tests.servers.mailbox import Seen, contents, fill, wire_name

SHAPELY: list[corpus.Kind] = [corpus.plain, corpus.encoded, corpus.attachment, corpus.header_only, corpus.folded_header]
SHAPELY += [corpus.no_message_id, corpus.repeated_message_id, corpus.long_line, corpus.looks_like_commands]
ODD: list[corpus.Kind] = [
    corpus.eight_bit,
    corpus.bare_line_ends,
    corpus.no_line_end,
    corpus.body_only,
    corpus.one_octet,
]
ODD += [corpus.mbox_line, corpus.broken_mime]
NOWHERE = ImapStore(ImapSettings("127.0.0.1", 1, Login("nobody", ""), "none"))

_users = iter(USERS)


@pytest.fixture(scope="module")
def between(server_kind: str) -> Iterator[MailServer]:
    with KINDS[server_kind]() as server:
        yield server


class Journey:
    """Two syncs behind one another, each with its journal."""

    def __init__(self, source: Dovecot, between: MailServer, target: Dovecot) -> None:
        self.source, self.target = source, target
        self.old, self.new, user = empty_mailbox(source), empty_mailbox(target), next(_users)
        between.add_user(user, THEIR_PASSWORD)
        self._settings = [_settings(source, self.old), settings_of(between, user), _settings(target, self.new)]
        self.journals = [MemoryJournal(), MemoryJournal()]

    def run(self) -> None:
        for leg, journal in enumerate(self.journals):
            source, target = ImapStore(self._settings[leg]), ImapStore(self._settings[leg + 1])
            assert _run(source, target, journal)[-1] == Finished(complete=True)

    def assert_nothing_left_to_do(self) -> None:
        """Not even the targets are asked."""
        for leg, journal in enumerate(self.journals):
            assert _run(ImapStore(self._settings[leg]), NOWHERE, journal)[-1] == Finished(complete=True)

    def assert_verified(self) -> None:
        for leg, journal in enumerate(self.journals):
            source, target = ImapStore(self._settings[leg]), ImapStore(self._settings[leg + 1])
            result = verify(source, target, journal)
            source.close()
            target.close()
            assert result.ok, result.as_dict()

    def sent(self) -> dict[str, list[Seen]]:
        return _with_mail(contents(self.source.host, self.source.port, self.old, PASSWORD))

    def arrived(self) -> dict[str, list[Seen]]:
        return _with_mail(contents(self.target.host, self.target.port, self.new, PASSWORD))


def _with_mail(folders: dict[str, list[Seen]]) -> dict[str, list[Seen]]:
    """Without empty folders: on some servers a folder that only holds others is one like all."""
    return {name: mails for name, mails in folders.items() if mails}


def _settings(server: Dovecot, user: str) -> ImapSettings:
    return ImapSettings(server.host, server.port, Login(user, PASSWORD), "none")


def _run(source: ImapStore, target: ImapStore, journal: MemoryJournal) -> list[Event]:
    clock = map(float, count())
    try:
        return list(sync(source, target, journal, clock=clock.__next__))
    finally:
        source.close()
        target.close()


@pytest.fixture
def journey(dovecot_source: Dovecot, between: MailServer, dovecot_target: Dovecot) -> Journey:
    return Journey(dovecot_source, between, dovecot_target)


def _mails(kinds: list[corpus.Kind], each: int) -> Iterator[Mail]:
    for place, folder in enumerate(FOLDERS[:8]):
        for number in range(each):
            at = place * each + number
            content = kinds[at % len(kinds)](Random(at), at)  # noqa: S311 -- the same mail every time
            yield Mail(folder, content, corpus.FLAGS[at % len(corpus.FLAGS)], corpus.DATES[at % len(corpus.DATES)])


def test_all_arrives_as_it_was_and_so_does_what_changes(journey: Journey) -> None:
    fill(journey.source.host, journey.source.port, journey.old, PASSWORD, _mails(SHAPELY, 12))
    journey.run()
    assert journey.arrived() == journey.sent()
    journey.assert_nothing_left_to_do()
    with imaplib.IMAP4(journey.source.host, journey.source.port) as client:
        client.login(journey.old, PASSWORD)
        client.select(wire_name(FOLDERS[4]))
        client.uid("STORE", "1:3", "FLAGS.SILENT", "(\\Answered Urgent)")
        client.append(wire_name(FOLDERS[5]), "(\\Flagged)", '"01-Jan-2010 10:00:00 +0100"', b"Subject: n\r\n\r\nn\r\n")
        client.create("Later")
    journey.run()
    assert journey.arrived() == journey.sent()
    journey.assert_nothing_left_to_do()
    journey.assert_verified()


def test_odd_mail_arrives_or_is_listed_with_the_words_of_the_server(journey: Journey) -> None:
    fill(journey.source.host, journey.source.port, journey.old, PASSWORD, _mails(ODD, 4))
    journey.run()
    skipped = [item for journal in journey.journals for item in journal.skipped()]
    assert all(item.reason for item in skipped)
    sent, arrived = journey.sent(), journey.arrived()
    lost = Counter("/".join(item.folder) for item in skipped)
    assert sum(map(len, arrived.values())) == sum(map(len, sent.values())) - lost.total()
    for name, mails in arrived.items():
        assert Counter((flags, date) for _, flags, date in mails) <= Counter((f, d) for _, f, d in sent[name])
    journey.assert_nothing_left_to_do()
