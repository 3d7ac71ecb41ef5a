"""Where records are added at the DNS hosts that we know: the way through their menus, in their own words."""

from __future__ import annotations

from collections.abc import Mapping

# By the code of domains.dns.dns_hosts. These are names of pages and buttons, as the host shows them: never translated.
MENUS: Mapping[str, str] = {
    "azure": "DNS zones > Record sets > Add",
    "bluehost": "Domains > DNS > Manage Advanced DNS Records",
    "cloudflare": "DNS > Records > Add record",
    "cloudns": "DNS Hosting > Add new record",
    "digitalocean": "Networking > Domains > Create new record",
    "dnsimple": "DNS > Record Editor > Add",
    "gandi": "Domain > DNS Records > Add",
    "godaddy": "My Products > DNS > Add New Record",
    "google": "Network services > Cloud DNS > Add standard",
    "hetzner": "DNS > Records > Add record",
    "hostinger": "Domains > DNS / Nameservers > Manage DNS records",
    "infomaniak": "Domain > DNS zone > Add a record",
    "inwx": "Nameserver > DNS > Add record",
    "ionos": "Domains & SSL > DNS > Add record",
    "namecheap": "Domain List > Manage > Advanced DNS > Add New Record",
    "netcup": "Domains > DNS",
    "one": "Advanced settings > DNS settings > DNS records",
    "ovh": "Domain names > DNS zone > Add an entry",
    "porkbun": "Domain Management > DNS > Add",
    "route53": "Hosted zones > Create record",
    "squarespace": "Domains > DNS Settings > Custom Records > Add record",
    "strato": "Domains > Domainverwaltung > DNS > TXT- und CNAME-Records verwalten",
    "transip": "Domeinnamen > DNS",
    "wix": "Domains > Manage DNS Records > Add Record",
}
