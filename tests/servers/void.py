"""A server that never answers: packets and connections are taken, and that is all."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self


class Void:
    """Bound to UDP and TCP as long as the ``with`` block lasts, so that nobody else answers there."""

    def __init__(self, address: str, port: int) -> None:
        self._place = address, port

    def __enter__(self) -> Self:
        self._sockets = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)]
        for each in self._sockets:
            each.bind(self._place)
        self._sockets[1].listen(200)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._sockets:
            each.close()
