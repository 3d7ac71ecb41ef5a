"""Where clients of a test's own little servers and proxies come in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress


class Door:
    """Listens, on a free port of 127.0.0.1 where nothing else is given, until it is closed.

    ``serve`` gets the clients one after the other, in a thread of its own, and ends when there are no more.
    """

    def __init__(
        self, serve: Callable[[Iterator[socket.socket]], None], name: str, listener: socket.socket | None = None
    ) -> None:
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=serve, args=(self._clients(),), name=name, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        """Returns when ``serve`` has."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _clients(self) -> Iterator[socket.socket]:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            at_once(client)
            yield client


def at_once(connected: socket.socket) -> None:
    """Send what is written without waiting for more, as mail servers do."""
    if connected.family != socket.AF_UNIX:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
