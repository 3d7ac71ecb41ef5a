"""Who hosts the DNS of many domains, known by the names of their name servers, and what their forms call a record's host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class HostLabel(StrEnum):
    """What is typed as the host of a record at the domain itself."""

    AT = "at"  # @
    EMPTY = "empty"
    FULL = "full"  # contoso.com


@dataclass(frozen=True, slots=True)
class DnsHost:
    """``servers`` are patterns of the names of its name servers."""

    code: str  # "cloudflare"
    name: str  # "Cloudflare", a name of its own: never translated
    apex: HostLabel
    servers: tuple[str, ...]


AT, EMPTY, FULL = HostLabel.AT, HostLabel.EMPTY, HostLabel.FULL
HOSTS = (
    DnsHost("akamai", "Akamai Edge DNS", FULL, ("*.akam.net", "*.akamaiedge.net")),
    DnsHost("azure", "Azure DNS", AT, ("ns?-??.azure-dns.*", "ns?-???.azure-dns.*", "*.azure-dns.*")),
    DnsHost("bluehost", "Bluehost", AT, ("*.bluehost.com",)),
    DnsHost("cloudflare", "Cloudflare", AT, ("*.ns.cloudflare.com",)),
    DnsHost("cloudns", "ClouDNS", EMPTY, ("*.cloudns.net", "*.cloudns.uk")),
    DnsHost("combell", "Combell", EMPTY, ("*.combell.net", "*.combell.eu")),
    DnsHost("digitalocean", "DigitalOcean", AT, ("ns?.digitalocean.com",)),
    DnsHost("dnsimple", "DNSimple", EMPTY, ("*.dnsimple.com", "*.dnsimple-edge.*")),
    DnsHost("gandi", "Gandi", AT, ("*.gandi.net",)),
    DnsHost("godaddy", "GoDaddy", AT, ("*.domaincontrol.com",)),
    DnsHost("google", "Google Cloud DNS", EMPTY, ("ns-cloud-*.googledomains.com",)),
    DnsHost("hetzner", "Hetzner", AT, ("*.ns.hetzner.com", "*.ns.hetzner.de", "*.first-ns.de", "*.second-ns.*")),
    DnsHost("hostinger", "Hostinger", AT, ("*.dns-parking.com", "*.hostinger.com")),
    DnsHost("hostnet", "Hostnet", AT, ("*.hostnet.nl",)),
    DnsHost("infomaniak", "Infomaniak", EMPTY, ("*.infomaniak.com", "*.infomaniak.ch")),
    DnsHost("inwx", "INWX", EMPTY, ("*.inwx.de", "*.inwx.eu", "*.inwx.com")),
    DnsHost("ionos", "IONOS", AT, ("*.ui-dns.com", "*.ui-dns.de", "*.ui-dns.biz", "*.ui-dns.org")),
    DnsHost("mijndomein", "mijn.domein", AT, ("*.metaregistrar.nl", "*.metaregistrar.com", "*.mijndomein.nl")),
    DnsHost("namecheap", "Namecheap", AT, ("*.registrar-servers.com",)),
    DnsHost("netcup", "netcup", AT, ("*.netcup.net",)),
    DnsHost("ns1", "NS1", FULL, ("*.nsone.net",)),
    DnsHost("one", "one.com", EMPTY, ("*.one.com",)),
    DnsHost("ovh", "OVHcloud", EMPTY, ("*.ovh.net", "*.ovh.ca", "*.anycast.me")),
    DnsHost("porkbun", "Porkbun", EMPTY, ("*.porkbun.com",)),
    DnsHost("route53", "Amazon Route 53", EMPTY, ("ns-*.awsdns-*",)),
    DnsHost("squarespace", "Squarespace", AT, ("*.squarespacedns.com", "ns-*.googledomains.com")),
    DnsHost("strato", "STRATO", EMPTY, ("*.strato.de", "*.rzone.de", "*.stratoserver.net")),
    DnsHost("transip", "TransIP", AT, ("*.transip.nl", "*.transip.net", "*.transip.eu")),
    DnsHost("wix", "Wix", EMPTY, ("*.wixdns.net",)),
    DnsHost("yourhosting", "Yourhosting", AT, ("*.yourhosting.nl",)),
)  # fmt: skip


def recognise(name_servers: Iterable[str]) -> DnsHost | None:
    """Whose servers these are; None where nobody known has the majority."""
    names = list(name_servers)
    found = Counter(host for name in names if (host := _host_of(name)))
    return next((host for host, count in found.most_common(1) if 2 * count > len(names)), None)


def _host_of(name: str) -> DnsHost | None:
    return next((host for host in HOSTS if any(fnmatchcase(name, pattern) for pattern in host.servers)), None)


def host_label(host: DnsHost | None, name: str, zone: str) -> str:
    """What to type as the host of the record ``name`` in the form of ``host``: "@", "", or "autodiscover".
    At a host that is not known "@" is most likely right."""
    apex = host.apex if host else AT
    if apex is FULL:
        return name
    label = name.removesuffix(zone).rstrip(".")
    return label or {AT: "@", EMPTY: ""}[apex]
