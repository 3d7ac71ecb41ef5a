"""The zone of the organization: a file that the control panel writes and the name servers read."""

from __future__ import annotations

import os
from pathlib import Path

import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.zone

from migrationcenter.demo.people import DOMAIN


class ZoneFile:
    """``path`` holds a zone file (RFC 1035 section 5) of contoso.com."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dns.zone.Zone:
        """With absolute names."""
        return dns.zone.from_file(str(self.path), f"{DOMAIN}.", relativize=False)

    def changed_at(self) -> float:
        """Seconds since the epoch."""
        return self.path.stat().st_mtime

    def write(self, zone: dns.zone.Zone) -> None:
        """With the next serial. Who reads at the same time reads the old zone or the new one."""
        soa = zone.find_rdataset(zone.origin or "@", dns.rdatatype.SOA)
        newer = soa[0].replace(serial=soa[0].serial + 1)
        zone.replace_rdataset(zone.origin or "@", dns.rdataset.from_rdata(soa.ttl, newer))
        beside = self.path.with_suffix(".new")
        zone.to_file(str(beside), relativize=False)
        os.replace(beside, self.path)
