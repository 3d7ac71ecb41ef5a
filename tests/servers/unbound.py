"""A throw-away Unbound: a caching, validating resolver that knows where each zone is served, and asks nobody else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import dns.exception
import dns.message
import dns.query

from tests.servers.installed import UNBOUND
from tests.servers.process import Process, become, unprivileged

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


class Unbound:
    """Runs as long as the ``with`` block lasts. ``zones`` gives the addresses ("127.0.0.2@5300") of each zone's servers;
    ``anchors`` are DNSKEY or DS records that are trusted."""

    def __init__(
        self, address: str, port: int, zones: Mapping[str, Sequence[str]], *, anchors: Iterable[str] = ()
    ) -> None:
        self.address, self.port = address, port
        self._zones, self._anchors = zones, list(anchors)
        self._process: Process | None = None

    def __enter__(self) -> Self:
        program, account = UNBOUND.path(), unprivileged()
        self.home = Path(tempfile.mkdtemp(prefix="unbound-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        (self.home / "unbound.conf").write_text(self._configuration())
        if os.getuid() == 0:
            for path in (self.home, *self.home.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        command = [*become(account), program, "-d", "-c", str(self.home / "unbound.conf")]
        self._process = Process(command, log=self.home / "unbound.log")
        try:
            self._process.wait_until_ready(self._answers)
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.kill_all()
        shutil.rmtree(self.home, ignore_errors=True)

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
