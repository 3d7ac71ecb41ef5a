"""Every store that the engine can use, each as an empty mailbox of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from mailsync.store import Store
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.memory import MemoryStore
from tests.servers.dovecot import Dovecot
from tests.servers.pymap import Pymap

PASSWORD = "pw"
USERS = [f"user{number}" for number in range(400)]  # known from the start: Dovecot reads its list once a second
SMALL_USER = "small"  # with half a megabyte of room
BARE = ["IMAP4rev1"]
PREFIXED = ["IMAP4rev1", "NAMESPACE"]
OLD = ["IMAP4rev1", "LITERAL+", "NAMESPACE", "UIDPLUS"]
MINUS = ["IMAP4rev1", "LITERAL-", "ESEARCH", "CONDSTORE", "ENABLE", "UIDPLUS", "MULTIAPPEND", "SPECIAL-USE"]

OpenMailbox = Callable[[], Store]


_KINDS: dict[str, dict[str, Any]] = {
    "dovecot": {},
    "dovecot mdbox": {"format": "mdbox"},
    "dovecot bare": {"capabilities": BARE},
    "dovecot with INBOX. before all names": {
        "format": "maildir++",
        "separator": ".",
        "prefix": "INBOX.",
        "capabilities": PREFIXED,
    },
    "dovecot without MULTIAPPEND": {"format": "sdbox", "capabilities": OLD},
    "dovecot with LITERAL-": {"capabilities": MINUS},
    "dovecot with COMPRESS": {"compress": True},
}


_pymap_users = iter(USERS)


class Servers:
    """Dovecots in disguise, started when first needed."""

    def __init__(self, until_the_end: ExitStack) -> None:
        self._until_the_end = until_the_end
        self._running: dict[str, Dovecot] = {}
        self._users = {kind: iter(USERS) for kind in _KINDS}

    def start(self, kind: str) -> Dovecot:
        if kind not in self._running:
            server = self._until_the_end.enter_context(Dovecot(**_KINDS[kind]))
            for user in USERS:
                server.add_user(user, PASSWORD)
            server.add_user(SMALL_USER, PASSWORD, quota=500_000)
            self._running[kind] = server
        return self._running[kind]

    def new_user(self, kind: str) -> str:
        return next(self._users[kind])


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as until_the_end:
        yield Servers(until_the_end)


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    with Pymap(USERS, PASSWORD) as server:
        yield server


@pytest.fixture(params=["memory", "pymap", *_KINDS])
def open_mailbox(request: pytest.FixtureRequest, servers: Servers) -> Iterator[OpenMailbox]:
    """Opens one mailbox, empty at first, as often as asked for: each store is a connection of its own."""
    if request.param == "memory":
        memory = MemoryStore()
        yield lambda: memory
        return
    with ExitStack() as opened:
        settings = _pymap_settings(request) if request.param == "pymap" else _dovecot_settings(servers, request.param)
        yield lambda: opened.enter_context(closing(ImapStore(settings)))


def _pymap_settings(request: pytest.FixtureRequest) -> ImapSettings:
    server: Pymap = request.getfixturevalue("pymap")
    return ImapSettings(server.host, server.port, Login(next(_pymap_users), PASSWORD), trust="ca", ca_pem=server.ca_pem)


def _dovecot_settings(servers: Servers, kind: str) -> ImapSettings:
    server, user = servers.start(kind), servers.new_user(kind)
    return ImapSettings(server.host, server.port, Login(user, PASSWORD), "none", compress="always")


@pytest.fixture
def store(open_mailbox: OpenMailbox) -> Store:
    return open_mailbox()


def imap_store(server: Dovecot, user: str) -> ImapStore:
    return ImapStore(ImapSettings(server.host, server.port, Login(user, PASSWORD), "none"))
