"""A throw-away Unbound: a caching, validating resolver that knows where each zone is served, and asks nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import dns.exception
import dns.message
import dns.query

from tests.servers.daemon import Daemon
from tests.servers.installed import UNBOUND

_CONFIG = """
server:
  directory: "{home}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  so-reuseport: no
  interface: {address}@{port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  qname-minimisation: no
  module-config: "validator iterator"
  ede: yes
  infra-host-ttl: 1
  aggressive-nsec: no
{anchors}
remote-control:
  control-enable: no
"""


class Unbound(Daemon):
    """Runs as long as the ``with`` block lasts. ``zones`` gives the addresses ("127.0.0.2@5300") of each zone's servers;
    ``anchors`` are DNSKEY or DS records that are trusted."""

    name = "unbound"

    def __init__(
        self, address: str, port: int, zones: Mapping[str, Sequence[str]], *, anchors: Iterable[str] = ()
    ) -> None:
        self.address, self.port = address, port
        self._zones, self._anchors = zones, list(anchors)

    def _lay_out(self) -> list[str]:
        program = UNBOUND.path()
        (self.home / "unbound.conf").write_text(self._configuration())
        return [program, "-d", "-c", str(self.home / "unbound.conf")]

    def _answers(self) -> bool:
        query = dns.message.make_query("version.server.", "TXT", "CH")
        try:
            dns.query.udp(query, self.address, port=self.port, timeout=0.1)
        except (OSError, dns.exception.Timeout):
            return False
        return True

    def _configuration(self) -> str:
        anchors = "\n".join(f'  trust-anchor: "{anchor}"' for anchor in self._anchors)
        general = _CONFIG.format(home=self.home, address=self.address, port=self.port, anchors=anchors)
        stubs = (
            f'stub-zone:\n  name: "{zone or "."}"\n' + "".join(f"  stub-addr: {server}\n" for server in servers)
            for zone, servers in self._zones.items()
        )
        return general + "".join(stubs)
