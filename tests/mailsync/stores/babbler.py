"""A server that lets in whoever comes and then answers as Hypothesis likes, cut into pieces as Hypothesis likes."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from mailsync.stores.imap import ImapSettings, ImapStore, Login
from tests.servers.door import Door

PATIENCE = 0.05  # seconds; who asks later than that meets a server that has hung up, which is as good
_GREETING = b"* OK [CAPABILITY %s] ready\r\n"


class Babbler:
    """``answers`` by the word of a command: all octets said to it, TAG filled in. It hangs up after ``most_answers`` of them,
    and when nobody can have anything more to ask, so that nobody waits in vain. ``pieces``: sizes of what is written at once.
    """

    def __init__(self) -> None:
        self.capabilities = b""
        self.answers: dict[bytes, bytes] = {}
        self.pieces: Sequence[int] = ()
        self.most_answers = 0

    def __enter__(self) -> Self:
        self._door = Door(self._serve, "babbler")
        self.port = self._door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()

    def store(self) -> ImapStore:
        settings = ImapSettings(
            "127.0.0.1", self.port, Login("anna", "secret"), "none", connect_timeout=20, read_timeout=60
        )
        return ImapStore(settings)

    def _serve(self, clients: Iterator[socket.socket]) -> None:
        for client in clients:
            with client, client.makefile("rb") as lines, suppress(OSError):
                client.settimeout(PATIENCE)
                self._converse(client, lines)

    def _converse(self, client: socket.socket, lines: object) -> None:
        client.sendall(_GREETING % self.capabilities)
        for count, line in enumerate(lines):  # type: ignore[var-annotated, arg-type]
            tag, _, command = line.rstrip(b"\r\n").partition(b" ")
            if count == 0:
                client.sendall(tag + b" OK [CAPABILITY %s] welcome\r\n" % self.capabilities)
                continue
            if command == b"LOGOUT" or count > self.most_answers:
                return
            word = command.removeprefix(b"UID ").split(b" ")[0]
            answer = self.answers.get(word, b"TAG OK done\r\n")
            self._say(client, answer.replace(b"TAG", tag))
            if b"TAG" not in answer:
                return

    def _say(self, client: socket.socket, octets: bytes) -> None:
        at = 0
        for size in self.pieces:
            client.sendall(octets[at : at + size])
            at += size
        client.sendall(octets[at:])
