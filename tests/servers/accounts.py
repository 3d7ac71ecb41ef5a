"""Answers for other servers who may sign in: the protocol of Courier's authdaemond, which Cyrus speaks too.

A request is lines of ``NAME=value``, then ``AUTH n`` and n octets: service, "login", user, password, a line each.
The answer is a line for each attribute of the account, ended by a full stop, or ``FAIL``.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.door import Door

WAITING_SECONDS = 10.0

Attributes = Callable[[str], dict[str, str]]  # of a user: what the server wants to know, as UID and HOME


class AccountDaemon:
    """Listens on ``path`` for as long as the ``with`` block lasts. ``passwords`` may be changed at any time."""

    def __init__(self, path: Path, attributes: Attributes) -> None:
        self._path, self._attributes = path, attributes
        self.passwords: dict[str, str] = {}

    def __enter__(self) -> Self:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._path))
        self._path.chmod(0o777)
        listener.listen(100)
        self._door = Door(self._serve, "accounts", listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()

    def _serve(self, clients: Iterator[socket.socket]) -> None:
        for client in clients:
            client.settimeout(WAITING_SECONDS)
            with client, client.makefile("rb") as asked, contextlib.suppress(OSError, ValueError):
                while not (line := asked.readline()).startswith(b"AUTH "):
                    if not line:
                        raise OSError("it has gone")
                _, _, user, password = asked.read(int(line.split()[1])).decode().split("\n")[:4]
                client.sendall(self._answer(user, password))

    def _answer(self, user: str, password: str) -> bytes:
        if self.passwords.get(user) != password:
            return b"FAIL\n"
        return "".join(f"{name}={value}\n" for name, value in self._attributes(user).items()).encode() + b".\n"
