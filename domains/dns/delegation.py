"""Which servers speak for a domain: those that the parent zone names, those that the zone itself names, and which are lame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domains.dns.asking import Answer, Problem, Server


class DelegationFault(StrEnum):
    NONE = ""
    NOT_REGISTERED = "not_registered"  # NXDOMAIN from the parent's servers or all resolvers
    NO_NAME_SERVERS = "no_name_servers"  # the name exists, and nobody says who speaks for it
    RESOLVERS_SILENT = "resolvers_silent"  # nothing could be found out from here
    ALL_LAME = "all_lame"  # none of its servers answers with authority


@dataclass(frozen=True, slots=True)
class NameServer:
    """One of the zone's servers at one of its addresses (several of one name are several). ``answer`` is what it said
    when asked for the zone's SOA; None where the name has no address (``server.address`` is empty then)."""

    server: Server
    at_parent: bool
    in_zone: bool
    answer: Answer | None = None

    @property
    def problem(self) -> Problem:
        """LAME where it answers, but not for this zone."""
        return self.answer.problem if self.answer else Problem.UNREACHABLE

    @property
    def lame(self) -> bool:
        return self.problem in {Problem.LAME, Problem.REFUSED, Problem.SERVER_FAILURE}


@dataclass(frozen=True, slots=True)
class Delegation:
    """``zone`` holds the domain's records: the domain itself, or above it ("contoso.com" of "mail.contoso.com")."""

    domain: str
    zone: str
    servers: tuple[NameServer, ...]
    fault: DelegationFault = DelegationFault.NONE
    dns_host: str = ""  # code of domains.dns.dns_hosts, empty where unknown

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.server.name for each in self.servers))

    @property
    def speaking(self) -> tuple[Server, ...]:
        """Those that answer with authority."""
        return tuple(each.server for each in self.servers if not each.problem)
