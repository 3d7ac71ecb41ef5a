"""A throw-away Cyrus: unprivileged, from unpacked packages, its mail in memory where the machine has that."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.accounts import AccountDaemon
from tests.servers.process import Process, become, free_port, greets, unprivileged
from tests.servers.unpacked import CYRUS

_PROGRAMS = "usr/lib/cyrus/bin"
_SERVICES = """
START {{
  recover cmd="{programs}/ctl_cyrusdb -r -C {home}/imapd.conf"
}}
SERVICES {{
  imap cmd="{programs}/imapd -U 30 -C {home}/imapd.conf" listen="127.0.0.1:{port}" prefork=1 maxchild=200
}}
EVENTS {{
}}
"""
_CONFIG = """
configdirectory: {home}/conf
partition-default: {home}/spool
defaultpartition: default
cyrus_user: {user}
admins: cyrus
servername: localhost
allowplaintext: yes
altnamespace: yes
unixhierarchysep: yes
virtdomains: no
hashimapspool: no
sasl_pwcheck_method: authdaemond
sasl_authdaemond_path: {home}/accounts
sasl_mech_list: PLAIN
autocreate_quota: 0
autocreate_post: 0
idlesocket: {home}/socket/idle
lmtpsocket: {home}/socket/lmtp
notifysocket: {home}/socket/notify
proc_path: {home}/proc
mboxname_lockpath: {home}/lock
conversations: no
expunge_mode: immediate
delete_mode: immediate
"""


class Cyrus:
    """A running server for as long as the ``with`` block lasts. It does not encrypt."""

    host = "127.0.0.1"

    def __enter__(self) -> Self:
        self.port = free_port()
        self._account = unprivileged()
        self.home = Path(tempfile.mkdtemp(prefix="cyrus-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        try:
            self._lay_out()
            self._accounts = AccountDaemon(self.home / "accounts", lambda user: {"ADDRESS": user})
            self._accounts.__enter__()
            self._process = Process(self._command(), log=self.home / "output.log", env=self._environment())
            self._process.wait_until_ready(lambda: greets(self.host, self.port))
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill_all()
        self._accounts.__exit__(kind, error, trace)
        shutil.rmtree(self.home, ignore_errors=True)

    def add_user(self, name: str, password: str) -> None:
        """The mailbox is made when the user first signs in."""
        self._accounts.passwords[name] = password

    @property
    def _package(self) -> Path:
        return self.home / "package"

    def _command(self) -> list[str]:
        files = ["-C", str(self.home / "imapd.conf"), "-M", str(self.home / "cyrus.conf")]
        pid_file = ["-p", str(self.home / "master.pid")]
        return [*become(self._account), str(self._package / _PROGRAMS / "master"), "-D", *files, *pid_file]

    def _environment(self) -> dict[str, str]:
        libraries = [str(folder) for folder in self._package.glob("**/*-linux-gnu") if folder.is_dir()]
        plugins = [f"{folder}/sasl2" for folder in libraries]
        return os.environ | {"LD_LIBRARY_PATH": ":".join(libraries), "SASL_PATH": ":".join(plugins)}

    def _lay_out(self) -> None:
        CYRUS.unpack(self._package)
        names = {
            "home": self.home,
            "programs": self._package / _PROGRAMS,
            "port": self.port,
            "user": self._account.pw_name,
        }
        (self.home / "cyrus.conf").write_text(_SERVICES.format(**names))
        (self.home / "imapd.conf").write_text(_CONFIG.format(**names))
        for folder in ("conf", "spool", "socket", "proc", "lock"):
            (self.home / folder).mkdir()
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", f"{self._account.pw_uid}:{self._account.pw_gid}", self.home], check=True)
