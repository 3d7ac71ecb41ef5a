"""A TCP proxy that breaks things on purpose: between a client and a real server."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from tests.servers.door import Door, at_once

PIECE = 16_384  # octets that are handed on at once


class FaultProxy:
    """Listens on ``port`` of 127.0.0.1 for as long as the ``with`` block lasts and hands everything on to the server.

    ``mode``: "pass"; "refuse" resets new connections; "swallow" takes everything and gives nothing. ``cut_after``: when
    that many octets more have come from the server, all connections are reset, once. ``hold_after``: then the stream
    stands still until ``release``. ``latency``: seconds that each piece is late.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.mode = "pass"
        self.latency = 0.0
        self.connections = 0
        self._cut_in: int | None = None
        self._hold_in: int | None = None
        self.holding = threading.Event()  # set when the stream stands still
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._door = Door(self._accept, "fault proxy")
        self.port = self._door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mode = "refuse"
        self.release()
        self._door.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut_after(self, octets: int) -> None:
        self._cut_in = octets

    def hold_after(self, octets: int) -> None:
        self.holding.clear()
        self._released.clear()
        self._hold_in = octets

    def release(self) -> None:
        self._hold_in = None
        self._released.set()

    def cut(self) -> None:
        """Reset all connections now."""
        with self._lock:
            sockets, self._sockets = self._sockets, set()
        for connected in sockets:
            _reset(connected)

    def _accept(self, clients: Iterator[socket.socket]) -> None:
        for client in clients:
            self.connections += 1
            if self.mode == "refuse":
                _reset(client)
                continue
            self._threads.append(threading.Thread(target=self._serve, args=(client,), daemon=True))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(self._server)
        with self._lock:
            self._sockets |= {client, server}
        at_once(server)
        upstream = threading.Thread(target=self._pump, args=(client, server, False), daemon=True)
        upstream.start()
        self._pump(server, client, True)
        upstream.join()
        with self._lock:
            self._sockets -= {client, server}
        client.close()
        server.close()

    def _pump(self, giver: socket.socket, taker: socket.socket, from_server: bool) -> None:
        try:
            while piece := giver.recv(PIECE):
                time.sleep(self.latency)
                if from_server:
                    self._count(len(piece))
                if self.mode != "swallow":
                    taker.sendall(piece)
        except OSError:
            pass
        for end in (giver, taker):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _count(self, octets: int) -> None:
        if self._hold_in is not None:
            self._hold_in -= octets
            if self._hold_in <= 0:
                self.holding.set()
                self._released.wait()
        if self._cut_in is not None:
            self._cut_in -= octets
            if self._cut_in <= 0:
                self._cut_in = None
                self.cut()


def _reset(connected: socket.socket) -> None:
    """Close with RST, as a firewall or a crashed machine does."""
    with contextlib.suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
    connected.close()
