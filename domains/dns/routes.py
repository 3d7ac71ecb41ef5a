"""Where the MX records of a domain send its mail."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from domains.dns.targets import Target
from domains.dns.tokens import MX_ZONE


class Route(StrEnum):
    SOURCE = "source"
    TARGET = "target"
    MIXED = "mixed"  # the target and another
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"  # no MX record, or the one that refuses all mail (RFC 7505)


def route(hosts: Collection[str], target: Target, source_hosts: Collection[str]) -> Route:
    """``hosts`` as "10 mail.contoso.com". Verification records count for nothing. Where the source's hosts are not known,
    every host that is none of the target's is taken for one."""
    names = [host for _, host in map(preference_and_host, hosts) if not is_verification(host) and host != "."]
    ours = [name for name in names if target.receives(name)]
    others = [name for name in names if name not in ours]
    if not names:
        return Route.NOWHERE
    if not others:
        return Route.TARGET
    if ours:
        return Route.MIXED
    return Route.SOURCE if not source_hosts or all(name in source_hosts for name in others) else Route.ELSEWHERE


def preference_and_host(text: str) -> tuple[int, str]:
    """Of "10 mail.contoso.com"."""
    preference, _, host = text.partition(" ")
    return int(preference), host


def is_verification(host: str) -> bool:
    """A host that receives no mail and only proves who owns the domain."""
    return host.endswith(f".{MX_ZONE}")
