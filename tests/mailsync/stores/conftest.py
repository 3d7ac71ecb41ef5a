"""Every store that the engine can use, each as an empty mailbox of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from mailsync.store import Store
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.memory import MemoryStore
from tests.servers.dovecot import Dovecot
from tests.servers.kinds import KINDS, PASSWORD, USERS, MailServer
from tests.servers.pymap import Pymap

SMALL_USER = "small"  # with half a megabyte of room

OpenMailbox = Callable[[], Store]


class Servers:
    """Mail servers of all kinds, started when first needed."""

    def __init__(self, until_the_end: ExitStack) -> None:
        self._until_the_end = until_the_end
        self._running: dict[str, MailServer] = {}
        self._users = {kind: iter(USERS) for kind in KINDS}

    def any(self, kind: str) -> MailServer:
        if kind not in self._running:
            server = self._until_the_end.enter_context(KINDS[kind]())
            for user in USERS:
                server.add_user(user, PASSWORD)
            if isinstance(server, Dovecot):
                server.add_user(SMALL_USER, PASSWORD, quota=500_000)
            self._running[kind] = server
        return self._running[kind]

    def start(self, kind: str) -> Dovecot:
        """One of those that are Dovecots, whatever they announce."""
        server = self.any(kind)
        assert isinstance(server, Dovecot)
        return server

    def new_user(self, kind: str) -> str:
        return next(self._users[kind])


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as until_the_end:
        yield Servers(until_the_end)


@pytest.fixture
def open_mailbox(store_kind: str, servers: Servers) -> Iterator[OpenMailbox]:
    """Opens one mailbox, empty at first, as often as asked for: each store is a connection of its own."""
    if store_kind == "memory":
        memory = MemoryStore()
        yield lambda: memory
        return
    with ExitStack() as opened:
        server, user = servers.any(store_kind), servers.new_user(store_kind)
        yield lambda: opened.enter_context(closing(imap_store(server, user)))


@pytest.fixture
def store(open_mailbox: OpenMailbox) -> Store:
    return open_mailbox()


def imap_store(server: MailServer, user: str) -> ImapStore:
    return ImapStore(settings_of(server, user))


def settings_of(server: MailServer, user: str) -> ImapSettings:
    login = Login(user, PASSWORD)
    if isinstance(server, Pymap):
        return ImapSettings(server.host, server.port, login, trust="ca", ca_pem=server.ca_pem)
    return ImapSettings(server.host, server.port, login, "none", compress=True)
