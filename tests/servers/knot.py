"""A throw-away Knot DNS: authoritative for some zones on one address of 127/8, changed by signed updates (RFC 2136)."""

from __future__ import annotations

import base64
import secrets
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update

from tests.servers.daemon import Daemon
from tests.servers.installed import KNOT

KEY_NAME = "administrator"

_CONFIG = """
server:
  rundir: {home}
  listen: [{listen}]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {home}/db
  journal-db-mode: asynchronous
  journal-db-max-size: 64M
log:
  - target: stderr
    any: warning
key:
  - id: {key_name}
    algorithm: hmac-sha256
    secret: {secret}
remote:
  - id: primary
    address: {primary}
acl:
  - id: administrator
    key: {key_name}
    action: [update, transfer]
  - id: transfer
    action: transfer
policy:
  - id: one-key
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: off
template:
  - id: default
    storage: {home}
    zonefile-sync: -1
    zonefile-load: {load}
    journal-content: {journal}
    acl: [administrator, transfer]
zone:
"""


class Knot(Daemon):
    """Runs as long as the ``with`` block lasts. ``zones`` gives the text of each zone; those of a secondary are fetched
    from ``primary``, and again only when ``refresh`` says so: nobody notifies it."""

    name = "knot"

    def __init__(
        self,
        addresses: Iterable[str],
        port: int,
        zones: Mapping[str, str],
        *,
        primary: str = "",
        signed: Iterable[str] = (),
    ) -> None:
        self.addresses, self.port = list(addresses), port
        self._zones, self._primary, self._signed = zones, primary, set(signed)
        self._secret = base64.b64encode(secrets.token_bytes(32)).decode()

    def _lay_out(self) -> list[str]:
        program = KNOT.path()
        (self.home / "db").mkdir()
        (self.home / "knot.conf").write_text(self._configuration())
        for zone, text in self._zones.items():
            (self.home / f"{zone or 'root'}.zone").write_text(text)
        return [program, "-c", str(self.home / "knot.conf")]

    def update(
        self, zone: str, *, remove: Iterable[tuple[str, ...]] = (), add: Iterable[tuple[str, int, str, str]] = ()
    ) -> None:
        """As an administrator's tool does: first ``remove`` (name, type) or (name, type, value), then ``add``
        (name, TTL, type, value). Names are relative to the zone, "@" is the zone itself."""
        update = dns.update.UpdateMessage(zone or ".", keyring=dns.tsigkeyring.from_text({KEY_NAME: self._secret}))
        for gone in remove:
            update.delete(*gone)
        for name, ttl, kind, value in add:
            update.add(name, ttl, kind, value)
        answer = dns.query.tcp(update, self.addresses[0], port=self.port, timeout=20)
        assert answer.rcode() == dns.rcode.NOERROR, dns.rcode.to_text(answer.rcode())

    def refresh(self, zone: str) -> None:
        """Let a secondary fetch the zone now."""
        self._control("zone-refresh", zone)

    def serial(self, zone: str) -> int:
        query = dns.message.make_query(zone or ".", "SOA")
        answer = dns.query.udp(query, self.addresses[0], port=self.port, timeout=20)
        return int(answer.answer[0][0].serial)

    def keys(self, zone: str) -> list[str]:
        """The DNSKEY records of a signed zone, as in a zone file."""
        query = dns.message.make_query(zone, "DNSKEY")
        answer = dns.query.tcp(query, self.addresses[0], port=self.port, timeout=20)
        return [f"{zone}. 3600 IN DNSKEY {key}" for key in answer.answer[0]]

    def _control(self, *command: str) -> None:
        program = Path(KNOT.path()).with_name("knotc")
        subprocess.run(
            [str(program), "-s", str(self.home / "knot.sock"), "-b", *command], check=True, capture_output=True
        )

    def _answers(self) -> bool:
        """Once all zones are there: they are loaded, signed or fetched one after the other."""
        return all(map(self._answers_for, self._zones))

    def _answers_for(self, zone: str) -> bool:
        query = dns.message.make_query(zone or ".", "SOA")
        try:
            answer = dns.query.udp(query, self.addresses[0], port=self.port, timeout=0.1)
        except (OSError, dns.exception.Timeout):
            return False
        return bool(answer.answer)

    def _configuration(self) -> str:
        general = _CONFIG.format(
            home=self.home,
            listen=", ".join(f"{address}@{self.port}" for address in self.addresses),
            key_name=KEY_NAME,
            secret=self._secret,
            primary=f"{self._primary or '127.0.0.1'}@{self.port}",
            load="none" if self._primary else "whole",
            journal="all" if self._primary else "changes",
        )
        return general + "".join(map(self._zone, self._zones))

    def _zone(self, zone: str) -> str:
        lines = [f"  - domain: {zone or '.'}", f"    file: {zone or 'root'}.zone"]
        if self._primary:
            lines.append("    master: primary")
        if zone in self._signed:
            lines += ["    dnssec-signing: on", "    dnssec-policy: one-key"]
        return "\n".join(lines) + "\n"
