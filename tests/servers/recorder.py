"""A TCP proxy that changes nothing and remembers what the client said."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.servers.door import Door, at_once


class Recorder:
    """Listens on ``port`` of 127.0.0.1 for as long as the ``with`` block lasts; ``commands`` are complete after it.

    For clients that send no literals: each line is a command, told without its tag.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._said: list[bytearray] = []
        self._threads: list[threading.Thread] = []

    @property
    def commands(self) -> list[bytes]:
        return [line.partition(b" ")[2] for said in self._said for line in bytes(said).splitlines()]

    def __enter__(self) -> Self:
        self._door = Door(self._serve, "recorder")
        self.port = self._door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()
        for thread in self._threads:
            thread.join()

    def _serve(self, clients: Iterator[socket.socket]) -> None:
        for client in clients:
            server = socket.create_connection(self._server)
            at_once(server)
            said = bytearray()
            self._said.append(said)
            self._threads.append(threading.Thread(target=self._converse, args=(client, server, said), daemon=True))
            self._threads[-1].start()

    def _converse(self, client: socket.socket, server: socket.socket, said: bytearray) -> None:
        answering = threading.Thread(target=_pump, args=(server, client, bytearray()), daemon=True)
        answering.start()
        _pump(client, server, said)
        answering.join()
        client.close()
        server.close()


def _pump(giver: socket.socket, taker: socket.socket, said: bytearray) -> None:
    with suppress(OSError):
        while piece := giver.recv(65_536):
            said += piece
            taker.sendall(piece)
    for end in (giver, taker):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
