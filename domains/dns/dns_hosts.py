"""Who hosts the DNS of many domains, known by the names of their name servers, and what their forms call a record's host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class HostLabel(StrEnum):
    """What is typed as the host of a record at the domain itself."""

    AT = "at"  # @
    EMPTY = "empty"
    FULL = "full"  # contoso.com


@dataclass(frozen=True, slots=True)
class DnsHost:
    code: str  # "cloudflare"
    name: str  # "Cloudflare", a name of its own: never translated
    apex: HostLabel


HOSTS: tuple[DnsHost, ...] = ()


def recognise(name_servers: Iterable[str]) -> DnsHost | None:
    """Whose servers these are; None where nobody known has the majority."""
    raise NotImplementedError


def host_label(host: DnsHost | None, name: str, zone: str) -> str:
    """What to type as the host of the record ``name`` in the form of ``host`` ("@", "", "autodiscover")."""
    raise NotImplementedError
