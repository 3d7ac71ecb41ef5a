"""A line with a round trip time: everything arrives half of it late, nothing is held back by what came before.

The TCP handshake alone is not late, for the kernel answers that. A process of its own, so that it takes no time of
whoever measures.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

PIECE = 64 * 1024


@contextlib.contextmanager
def delayed(port: int, round_trip: float) -> Iterator[int]:
    """The port of 127.0.0.1 that leads to ``port``, ``round_trip`` seconds away."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(port, round_trip / 2, theirs), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(port: int, late: float, parent: Connection) -> None:
    sys.setswitchinterval(0.0005)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    parent.send(listener.getsockname()[1])
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", port))
        for giver, taker in ((client, server), (server, client)):
            giver.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            on_the_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
            Thread(target=_take, args=(giver, on_the_way, late), daemon=True).start()
            Thread(target=_give, args=(taker, on_the_way), daemon=True).start()


def _take(giver: socket.socket, on_the_way: SimpleQueue[tuple[float, bytes]], late: float) -> None:
    piece = b"-"
    while piece:
        try:
            piece = giver.recv(PIECE)
        except OSError:
            piece = b""
        on_the_way.put((time.monotonic() + late, piece))


def _give(taker: socket.socket, on_the_way: SimpleQueue[tuple[float, bytes]]) -> None:
    """The end of the stream is late too."""
    with contextlib.suppress(OSError):
        while True:
            due, piece = on_the_way.get()
            if (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            if not piece:
                taker.shutdown(socket.SHUT_WR)
                return
            taker.sendall(piece)
