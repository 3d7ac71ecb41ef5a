"""A small internet of name servers: a registry above two servers of one DNS host, servers that misbehave, and a resolver
in front. Every test takes a domain of its own.

    registry        root and com; asked about a domain below, it only refers: delegated to, it is lame
    ns1.hosting.com serves the domains; they are changed here
    ns2.hosting.com fetches them from ns1 when it is told to, and lags until then
    void.hosting.com  never says a word
    liar.hosting.com  says what a test lets it say
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from domains.dns.asking import Network, Server
from tests.servers.knot import Knot
from tests.servers.liar import Liar
from tests.servers.process import free_port, wait_until
from tests.servers.unbound import Unbound
from tests.servers.void import Void

SIGNED, FORGED = "signed.com", "forged.com"  # with DNSSEC; the resolver knows another key of the second
UNSERVED = "unserved.com"  # can be delegated to servers that know nothing of it
COUNT = 120
HOSTS = ("ns1", "ns2")


def _ipv6() -> list[str]:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return []
    return ["::1"]


IPV6 = _ipv6()  # empty on a machine without it

_ROOT = "@ 60 SOA registry.com. registry.com. 1 3600 600 86400 60\n@ 60 NS registry.com.\ncom. 60 NS registry.com.\n"
_ZONE = """
@ 3600 SOA ns1.hosting.com. hostmaster.hosting.com. 1 3600 600 86400 60
@ 3600 NS ns1.hosting.com.
@ 3600 NS ns2.hosting.com.
@ 7200 MX 10 mail.{domain}.
mail 3600 A 192.0.2.10
"""


class Internet:
    """Runs as long as the ``with`` block lasts, with ``count`` domains to give away."""

    def __init__(self, count: int = COUNT) -> None:
        self._count, self._stack = count, ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        # Port numbers of several addresses: nobody else on this machine takes addresses of the same network by chance.
        self.net, self.port = f"127.{1 + secrets.randbelow(250)}.{secrets.randbelow(250)}", free_port()
        names = [*(f"d{number}.com" for number in range(self._count)), SIGNED, FORGED]
        self._unused = iter(names[: self._count])
        zones = {name: _ZONE.format(domain=name) for name in names}
        self.liar = stack.enter_context(Liar(self.address("liar"), self.port))
        self.void = stack.enter_context(Void(self.address("void"), self.port))
        self.registry = stack.enter_context(
            Knot([self.address("registry")], self.port, {"": self._root(), "com": self._com(names)})
        )
        self.primary = stack.enter_context(
            Knot([self.address("ns1"), *IPV6], self.port, zones, signed=[SIGNED, FORGED])
        )
        self.secondary = stack.enter_context(Knot([self.address("ns2")], self.port, zones, primary=self.address("ns1")))
        self.resolver = stack.enter_context(self._resolver(zones))

    def _resolver(self, zones: Iterable[str]) -> Unbound:
        above = [f"{self.address('registry')}@{self.port}"]
        own = [f"{self.address('ns1')}@{self.port}"]
        wrong = [key.replace(SIGNED, FORGED) for key in self.primary.keys(SIGNED)]
        anchors = [*self.primary.keys(SIGNED), *wrong]
        served = {"": above, "com": above, **dict.fromkeys([*zones, UNSERVED], own)}
        return Unbound(self.address("resolver"), self.port, served, anchors=anchors)

    def address(self, name: str) -> str:
        order = ("registry", "ns1", "ns2", "void", "liar", "resolver", "nobody")
        return f"{self.net}.{order.index(name) + 2}"

    def network(
        self, *, timeout: float = 10.0, resolvers: Iterable[str] = ("resolver",), ipv6: bool = False
    ) -> Network:
        servers = tuple(Server(name, self.address(name), self.port) for name in resolvers)
        return Network(servers, self.port, timeout, patience=30.0, ipv6=ipv6)

    def domain(self, *name_servers: str) -> TestDomain:
        """One that nobody has asked about, served by ns1 and ns2, or delegated to ``name_servers`` instead."""
        domain = TestDomain(self, next(self._unused))
        if name_servers:
            domain.delegate(*name_servers)
        return domain

    def _root(self) -> str:
        return f"{_ROOT}registry.com. 60 A {self.address('registry')}\n"

    def _com(self, names: Iterable[str]) -> str:
        return "\n".join(self._com_lines(names)) + "\n"

    def _com_lines(self, names: Iterable[str]) -> Iterator[str]:
        yield "@ 60 SOA registry.com. registry.com. 1 3600 600 86400 60\n@ 60 NS registry.com."
        yield f"registry 60 A {self.address('registry')}"
        for host in ("ns1", "ns2", "void", "liar", "nobody"):
            yield f"{host}.hosting 60 A {self.address(host)}"
        yield f"lame.hosting 60 A {self.address('registry')}"
        yield "ns6.hosting 60 AAAA ::1"
        for name in names:
            yield from (f"{name}. 60 NS {host}.hosting.com." for host in HOSTS)


class TestDomain:
    """A domain whose records a test changes, at the primary server alone."""

    __test__ = False

    def __init__(self, internet: Internet, name: str) -> None:
        self._internet, self.name = internet, name

    def __str__(self) -> str:
        return self.name

    def set(self, kind: str, *values: str, ttl: int = 3600, host: str = "@", server: Knot | None = None) -> None:
        """All records of ``kind`` at ``host`` are these from now on; none removes them."""
        added = [(host, ttl, kind, value) for value in values]
        (server or self._internet.primary).update(self.name, remove=[(host, kind)], add=added)

    def txt(self, *texts: str, ttl: int = 3600, host: str = "@") -> None:
        """As somebody types them into a form that adds the quotes."""
        escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
        self.set("TXT", *(f'"{text}"' for text in escaped), ttl=ttl, host=host)

    def mx(self, *values: str, ttl: int = 3600) -> None:
        self.set("MX", *values, ttl=ttl)

    def spread(self) -> None:
        """The secondary server catches up."""
        self._internet.secondary.refresh(self.name)
        newest = self._internet.primary.serial(self.name)
        wait_until(lambda: self._internet.secondary.serial(self.name) == newest, "the secondary has the zone")

    def delegate(self, *hosts: str) -> None:
        """At the registry, and so in the resolver's eyes too; the zone itself still names ns1 and ns2."""
        label = self.name.removesuffix(".com")
        added = [(label, 60, "NS", f"{host}.hosting.com.") for host in hosts]
        self._internet.registry.update("com", remove=[(label, "NS")], add=added)

    def name_servers(self, *hosts: str) -> None:
        """Those that the zone itself names. All at once can not be removed (RFC 2136 section 3.4.2.4)."""
        self._internet.primary.update(self.name, add=[("@", 3600, "NS", f"{host}.hosting.com.") for host in hosts])
        gone = [("@", "NS", f"{host}.hosting.com.") for host in HOSTS if host not in hosts]
        self._internet.primary.update(self.name, remove=gone)
