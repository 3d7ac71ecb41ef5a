"""A DNS server on 127.0.0.1 that the resolver of this process asks instead of the machine's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset


class DnsServer:
    """Answers from ``zone``: (name, type) -> records as text. ``questions`` are what it was asked; ``silent`` it stays silent."""

    def __init__(self, zone: Mapping[tuple[str, str], Sequence[str]]) -> None:
        self._zone = zone
        self.questions: list[tuple[str, str]] = []
        self.silent = False

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._former = dns.resolver.default_resolver
        asker = dns.resolver.Resolver(configure=False)
        asker.nameservers, asker.port = ["127.0.0.1"], self._socket.getsockname()[1]
        dns.resolver.default_resolver = asker
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        dns.resolver.default_resolver = self._former
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, asker = self._socket.recvfrom(4096)
            if not wire:
                return
            answer = self._answer(dns.message.from_wire(wire))
            if not self.silent:
                self._socket.sendto(answer.to_wire(), asker)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        question = query.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        self.questions.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        if records := self._zone.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif name not in {known for known, _ in self._zone}:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
