"""All kinds of mail servers that tests can be run against: the engine has to get on with every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from tests.corpus import Path
from tests.servers import courier
from tests.servers.courier import Courier
from tests.servers.cyrus import Cyrus
from tests.servers.disguise import Disguise
from tests.servers.dovecot import Dovecot
from tests.servers.pymap import Pymap

USERS = [f"user{number}" for number in range(400)]  # known from the start, because pymap is told only then
PASSWORD = "pw"

BARE = ["IMAP4rev1"]
PREFIXED = ["IMAP4rev1", "NAMESPACE"]
OLD = ["IMAP4rev1", "LITERAL+", "NAMESPACE", "UIDPLUS"]
MINUS = ["IMAP4rev1", "LITERAL-", "ESEARCH", "CONDSTORE", "ENABLE", "UIDPLUS", "MULTIAPPEND", "SPECIAL-USE"]
EXCHANGE_2007 = ["IMAP4", "IMAP4rev1", "AUTH=PLAIN", "IDLE", "NAMESPACE", "LITERAL+"]
EXCHANGE_ONLINE = [
    "IMAP4",
    "IMAP4rev1",
    "AUTH=PLAIN",
    "AUTH=XOAUTH2",
    "SASL-IR",
    "UIDPLUS",
    "MOVE",
    "ID",
    "UNSELECT",
    "CHILDREN",
    "IDLE",
    "NAMESPACE",
    "LITERAL+",
]


class MailServer(Protocol):
    host: str
    port: int

    def add_user(self, name: str, password: str) -> None: ...


@contextmanager
def _disguised(server: Dovecot, capabilities: list[str]) -> Iterator[MailServer]:
    with server, Disguise(server, capabilities) as disguise:
        yield disguise


KINDS: dict[str, Callable[[], AbstractContextManager[MailServer]]] = {
    "dovecot": Dovecot,
    "dovecot mdbox": lambda: Dovecot(format="mdbox"),
    "dovecot bare": lambda: Dovecot(capabilities=BARE),
    "dovecot with INBOX. before all names": lambda: Dovecot(
        format="maildir++", separator=".", prefix="INBOX.", capabilities=PREFIXED
    ),
    "dovecot without MULTIAPPEND": lambda: Dovecot(format="sdbox", capabilities=OLD),
    "dovecot with LITERAL-": lambda: Dovecot(capabilities=MINUS),
    "dovecot with COMPRESS": lambda: Dovecot(compress=True),
    "as exchange online": lambda: _disguised(Dovecot(), EXCHANGE_ONLINE),
    "as exchange 2007": lambda: _disguised(Dovecot(), EXCHANGE_2007),
    "IMAP4rev1 and no more": lambda: _disguised(Dovecot(format="sdbox", separator="."), BARE),
    "pymap": lambda: Pymap(USERS, PASSWORD),
    "cyrus": Cyrus,
    "courier": Courier,
}
QUICK = ["dovecot", "dovecot with INBOX. before all names", "dovecot with LITERAL-", "as exchange online"]
OBSTACLES: dict[str, Callable[[], str]] = {"courier": courier.obstacle}


@dataclass(frozen=True, slots=True)
class Peculiarities:
    """What a server does differently, whoever the client is."""

    needs_header: bool = False  # it refuses a message whose first line is no header
    adds_line_end: bool = False  # to a message that ends without one
    refused_names: frozenset[Path] = frozenset()


PECULIARITIES = {
    "cyrus": Peculiarities(needs_header=True, refused_names=frozenset({('quo"ted', "back\\slash"), ("100%", "star*")})),
    "courier": Peculiarities(adds_line_end=True, refused_names=frozenset({("smile 😀 &", "a&b-c")})),
}


def chosen(wanted: str) -> list[str]:
    """The kinds that ``--servers`` names: "quick", "all", or names with commas between. Raises ValueError."""
    names = {"quick": QUICK, "all": list(KINDS)}.get(wanted) or [name.strip() for name in wanted.split(",")]
    if unknown := [name for name in names if name not in KINDS]:
        raise ValueError(f"no such server: {', '.join(unknown)}. There are: quick, all, {', '.join(KINDS)}")
    return names


def left_out(names: list[str]) -> dict[str, str]:
    """Those that can not be had on this machine whatever one installs, and why."""
    return {name: why for name in names if (why := _obstacle(name))}


@cache
def _obstacle(name: str) -> str:
    return OBSTACLES[name]() if name in OBSTACLES else ""
