"""A name server that answers as a test tells it to, packet by packet."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

import dns.message
from dns.message import Message

Answers = Callable[[Message, str], Iterable[bytes]]  # the question and "udp" or "tcp" -> packets to send


class Liar:
    """Listens as long as the ``with`` block lasts. ``tell`` says what is answered about a domain and all below it."""

    def __init__(self, address: str, port: int) -> None:
        self._place = address, port
        self._tales: dict[str, Answers] = {}

    def tell(self, domain: str, answers: Answers) -> None:
        self._tales[f"{domain}."] = answers

    def __enter__(self) -> Self:
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._udp.bind(self._place)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._tcp.bind(self._place)
        self._tcp.listen(50)
        self._threads = [threading.Thread(target=serve, daemon=True) for serve in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._place)
        with socket.create_connection(self._place, timeout=10) as waker:
            waker.sendall(struct.pack("!H", 0))
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while True:
            wire, asker = self._udp.recvfrom(65535)
            if not wire:
                return
            for packet in self._packets(wire, "udp"):
                self._udp.sendto(packet, asker)

    def _serve_tcp(self) -> None:
        while True:
            connection, _ = self._tcp.accept()
            with suppress(OSError), connection, connection.makefile("rb") as stream:  # who asked may not wait
                connection.settimeout(10)
                head = stream.read(2)
                if head == b"\0\0":
                    return
                if len(head) == 2:
                    for packet in self._packets(stream.read(struct.unpack("!H", head)[0]), "tcp"):
                        connection.sendall(struct.pack("!H", len(packet)) + packet)

    def _packets(self, wire: bytes, transport: str) -> Iterable[bytes]:
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text().lower()
        for domain, answers in self._tales.items():
            if name == domain or name.endswith(f".{domain}"):
                return answers(query, transport)
        return ()
