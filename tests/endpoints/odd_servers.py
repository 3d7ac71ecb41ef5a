"""Servers that no packaged server wants to be: wrong certificates, other protocols, hanging up, never finishing."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.certificates import Certificate
from tests.servers.door import Door


class OddServer:
    """Greets, answers every command OK, and hangs up at the first that holds ``until``. ``received`` is all it was told.

    With ``drip`` it never gets to the end of its greeting.
    """

    def __init__(
        self,
        greeting: bytes = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n",
        *,
        until: bytes = b"LOGOUT",
        certificate: Certificate | None = None,
        drip: bool = False,
    ) -> None:
        self._greeting, self._until, self._drip = greeting, until, drip
        self._context = tls_context(certificate) if certificate else None
        self.received = b""

    def __enter__(self) -> Self:
        self._end = threading.Event()
        self._door = Door(self._serve, "odd server")
        self.port = self._door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._door.close()

    def _serve(self, clients: Iterator[socket.socket]) -> None:
        for client in clients:
            threading.Thread(target=self._welcome, args=(client,), daemon=True).start()

    def _welcome(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self._speak(self._context.wrap_socket(client, server_side=True) if self._context else client)

    def _speak(self, client: socket.socket) -> None:
        with client:
            if self._drip:
                self._drip_on(client)
            client.sendall(self._greeting)
            with client.makefile("rb") as lines:
                for line in lines:
                    self.received += line
                    if self._until in line:
                        return
                    client.sendall(line.split(b" ", 1)[0] + b" OK done\r\n")

    def _drip_on(self, client: socket.socket) -> None:
        client.sendall(b"* OK [")
        while not self._end.wait(0.05):
            client.sendall(b".")


def tls_context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        for file, text in zip(files, (certificate.pem, certificate.key_pem), strict=True):
            file.write_text(text)
        context.load_cert_chain(*files)
    return context
