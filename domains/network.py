"""Whom this installation asks about the DNS."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from dns.resolver import NoResolverConfiguration, Resolver

from domains.dns.asking import Network, Server


def network() -> Network:
    """The resolvers of the settings; the servers of the domains themselves are found by asking."""
    resolvers = dict.fromkeys(address for name in settings.DNS_RESOLVERS for address in _addresses(name))
    servers = tuple(Server(address, address, settings.DNS_PORT) for address in resolvers)
    return Network(resolvers=servers, port=settings.DNS_PORT)


def _addresses(name: str) -> Iterator[str]:
    if name != "system":
        yield name
        return
    try:
        yield from map(str, Resolver().nameservers)
    except NoResolverConfiguration:
        return
