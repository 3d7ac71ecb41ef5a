"""Two mail servers: an old one with full mailboxes, which no test changes, and a new one with empty ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.corpus import corpus
from tests.mailsync.servers import FILLED, PASSWORD
from tests.servers.dovecot import Dovecot
from tests.servers.installed import DOVECOT
from tests.servers.mailbox import fill


@pytest.fixture(scope="session")
def dovecot_source() -> Iterator[Dovecot]:
    DOVECOT.path()
    with Dovecot() as server:
        for user, (messages, largest) in FILLED.items():
            server.add_user(user, PASSWORD)
            fill(server.host, server.port, user, PASSWORD, corpus(messages, largest))
        yield server


@pytest.fixture(scope="session")
def dovecot_target() -> Iterator[Dovecot]:
    DOVECOT.path()
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def bare_server() -> Iterator[Dovecot]:
    """A server as they were before the extensions, with another delimiter and a prefix."""
    DOVECOT.path()
    with Dovecot(separator=".", prefix="INBOX.", capabilities=["IMAP4rev1", "NAMESPACE"]) as server:
        yield server
