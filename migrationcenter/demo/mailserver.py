"""A small IMAP server in memory, built on pymap's dict backend.

It adds what a migration looks at: special use in LIST (RFC 6154), a limit for messages that is announced and told when
it is passed (RFC 7889), and an administrator who signs in to any mailbox: as ``user*administrator`` or by SASL PLAIN
with an authorization identity (RFC 4616). As real servers do
it may refuse NUL bytes, and tell the administrator who copies a mailbox to come back later.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from ssl import SSLContext
from typing import cast

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login, Session
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import Message
from pymap.config import BackendCapability
from pymap.exceptions import InvalidAuth, ResponseError
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import ResponseBad, ResponseCode, ResponseNo
from pymap.parsing.response.code import AppendUid
from pymap.parsing.specials import SequenceSet
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl.creds.plain import PlainCredentials
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from migrationcenter.demo.accounts import HOST, Accounts
from migrationcenter.demo.mailstore import DemoMailbox
from migrationcenter.demo.replies import BufferedWriter, speed_up

BACKOFF = 30_000  # milliseconds
LINE_LIMIT = 1 << 20  # octets of a command line without its literals; asyncio's own 64 KiB is short for long UID sets


class TooBig(ResponseError):
    """RFC 7889 section 4."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._words = b"Message is larger than %d octets" % limit

    def get_response(self, tag: bytes) -> ResponseNo:
        return ResponseNo(tag, self._words, ResponseCode.of(b"TOOBIG"))


class HasNul(ResponseError):
    """In the words of Cyrus."""

    def get_response(self, tag: bytes) -> ResponseNo:
        return ResponseNo(tag, b"Message contains NUL characters")


class Busy(ResponseError):
    """In the words of Exchange."""

    def get_response(self, tag: bytes) -> ResponseBad:
        return ResponseBad(tag, b"Request is throttled. Suggested Backoff Time: %d milliseconds" % BACKOFF)


class DemoSession(Session):
    def __init__(self, owner: str, config: DemoConfig, mailbox: DemoMailbox, *, by_administrator: bool) -> None:
        super().__init__(owner, config, mailbox, FilterSet())
        self._mailbox = mailbox
        self._append_limit, self._refuses_nul = config.append_limit, config.refuses_nul
        self._by_administrator = by_administrator

    async def append_messages(
        self, name: str, messages: Sequence[AppendMessage], selected: SelectedMailbox | None = None
    ) -> tuple[AppendUid, SelectedMailbox | None]:
        # Before the first is stored: MULTIAPPEND is all or nothing (RFC 3502).
        if self._refuses_nul and any(b"\0" in bytes(message.literal) for message in messages):
            raise HasNul
        if self._append_limit and any(len(message.literal) > self._append_limit for message in messages):
            raise TooBig(self._append_limit)
        return await super().append_messages(name, messages, selected)

    async def fetch_messages(
        self, selected: SelectedMailbox, sequence_set: SequenceSet, set_seen: bool
    ) -> tuple[Iterable[tuple[int, Message]], SelectedMailbox]:
        if self._by_administrator and self._mailbox.is_busy:
            self._mailbox.is_busy = False
            raise Busy
        return await super().fetch_messages(selected, sequence_set, set_seen)

    async def list_mailboxes(
        self, ref_name: str, filter_: str, subscribed: bool = False, selected: SelectedMailbox | None = None
    ) -> tuple[Iterable[tuple[str, str | None, Sequence[bytes]]], SelectedMailbox | None]:
        found, updates = await super().list_mailboxes(ref_name, filter_, subscribed, selected)
        return [(name, sep, [*attrs, *self._mailbox.attributes(name)]) for name, sep, attrs in found], updates


class DemoConfig(Config):
    def __init__(self, accounts: Accounts, append_limit: int | None, refuses_nul: bool) -> None:
        args = Namespace(passlib_cfg=None, proxy_protocol=None)
        super().__init__(
            args,
            host=HOST,
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            tls_enabled=False,  # no STARTTLS: the connection is encrypted already
            # The passwords live as long as the process, in it alone; a slow hash would only slow every sign-in down.
            hash_context=Cleartext(),
        )
        self.accounts = accounts
        self.append_limit, self.refuses_nul = append_limit, refuses_nul
        self.mailboxes: dict[str, DemoMailbox] = {address: DemoMailbox() for address in accounts.passwords}

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=False, multi_append=True, custom=[b"SPECIAL-USE"])

    @property
    def login_capability(self) -> Sequence[bytes]:
        announced = [name for name in super().login_capability if not name.startswith(b"APPENDLIMIT=")]
        return [*announced, b"APPENDLIMIT=%d" % self.append_limit] if self.append_limit else announced

    @property
    def greeting(self) -> bytes:
        return b"Demo mail server ready"


class DemoIdentity(Identity):
    def __init__(self, name: str, login: DemoLogin, config: DemoConfig, *, by_administrator: bool) -> None:
        super().__init__(name, login, None, frozenset())
        self._demo = config
        self._by_administrator = by_administrator

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        mailbox = self._demo.mailboxes[self.name]
        yield DemoSession(self.name, self._demo, mailbox, by_administrator=self._by_administrator)


class DemoLogin(Login):
    def __init__(self, config: DemoConfig) -> None:
        super().__init__(config)
        self._demo = config
        accounts = config.accounts
        known = {**accounts.passwords, accounts.administrator: accounts.administrator_password}
        self.users_dict = {name: UserMetadata(config, name, password=word) for name, word in known.items() if name}

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        user, _, administrator = credentials.authcid.rpartition("*")
        if user and isinstance(credentials, PlainCredentials) and administrator == self._demo.accounts.administrator:
            return await super().authenticate(PlainCredentials(administrator, credentials._secret))
        return await super().authenticate(credentials)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        by_administrator = authenticated.name == self._demo.accounts.administrator
        wanted = authzid.removesuffix(f"*{authenticated.name}") if by_administrator else authzid
        if wanted not in self._demo.mailboxes or not (by_administrator or wanted == authenticated.name):
            raise InvalidAuth
        return DemoIdentity(wanted, self, self._demo, by_administrator=by_administrator)


class DemoServer:
    """One mail server on a free port of this machine; its mailboxes are empty until they are loaded."""

    def __init__(
        self, accounts: Accounts, tls: SSLContext, *, append_limit: int | None = None, refuses_nul: bool = False
    ) -> None:
        self._config = DemoConfig(accounts, append_limit, refuses_nul)
        self._tls = tls

    @property
    def mailboxes(self) -> Mapping[str, DemoMailbox]:
        return self._config.mailboxes

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Serve clients, by TLS from the first byte; gives the port."""
        speed_up()
        self._config.apply_context()
        imap = IMAPServer(DemoLogin(self._config), self._config)

        async def serve(reader: StreamReader, writer: StreamWriter) -> None:
            if writer.get_extra_info("socket"):  # a client may be gone before it is greeted
                await imap(reader, cast(StreamWriter, BufferedWriter(writer)), SocketInfoLocal(writer))

        # A coroutine function: asyncio keeps the task of a connection alive only if it has made the task itself.
        server = await asyncio.start_server(serve, HOST, 0, limit=LINE_LIMIT, ssl=self._tls)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()  # without waiting for clients to leave
