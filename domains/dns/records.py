"""Records that somebody is told to set, exactly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExactRecord:
    """``name`` is absolute, without a final dot; ``domains.dns.dns_hosts.host_label`` says what to type for it.

    ``value`` is without quotes and final dots; of an MX it is the host alone, and of an SRV what follows ``preference``
    (its priority): "0 443 autodiscover.contoso.com".
    """

    kind: str  # "TXT", "MX", "CNAME", "SRV"
    name: str
    value: str
    ttl: int = 3600
    preference: int | None = None

    def __str__(self) -> str:
        """As in a zone file."""
        value = f'"{self.value}"' if self.kind == "TXT" else f"{self.value}."
        number = "" if self.preference is None else f"{self.preference} "
        return f"{self.name}. {self.ttl} IN {self.kind} {number}{value}"
