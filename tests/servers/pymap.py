"""The demo's mail server, in a thread of the tests: a server that shares no line with Dovecot."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from migrationcenter.demo.accounts import Accounts
from migrationcenter.demo.mailserver import DemoServer
from tests.servers.certificates import make_ca, make_certificate


class Pymap:
    """A running server, by TLS from the first octet, for as long as the ``with`` block lasts."""

    host = "localhost"

    def __init__(self, users: Iterable[str], password: str) -> None:
        self._accounts = Accounts(dict.fromkeys(users, password))
        self._ca = make_ca()
        self.ca_pem = self._ca.pem
        self._listens = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listens.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def add_user(self, name: str, password: str) -> None:
        """It was told from the start."""
        assert self._accounts.passwords[name] == password

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with DemoServer(self._accounts, self._tls()).running() as self.port:
            self._listens.set()
            await self._end.wait()

    def _tls(self) -> ssl.SSLContext:
        certificate = make_certificate(self._ca)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with TemporaryDirectory() as directory:
            pem = Path(directory) / "server.pem"
            pem.write_text(certificate.pem + certificate.key_pem)
            context.load_cert_chain(pem)
        return context
