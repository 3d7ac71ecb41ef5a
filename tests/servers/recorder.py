"""A TCP proxy that changes nothing and remembers what the client said."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


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
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="recorder", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._said.append(bytearray())
            self._start(self._converse, client, server, self._said[-1])

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
