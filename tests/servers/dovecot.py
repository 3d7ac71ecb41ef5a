"""A throw-away Dovecot: unprivileged, on free ports of 127.0.0.1, its mail in memory where the machine has that."""

from __future__ import annotations

import grp
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.certificates import make_ca, make_certificate
from tests.servers.installed import DOVECOT
from tests.servers.process import Process, become, free_port, greets, unprivileged

MASTER_USER, MASTER_PASSWORD = "migration-admin", "master-secret"

_CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
default_vsz_limit = 0
default_client_limit = 4000
auth_mechanisms = plain login
auth_failure_delay = 0
auth_master_user_separator = *
disable_plaintext_auth = {secure_only}
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
ssl_dh =
mail_home = {home}/mail/%u
mail_location = {location}
mail_fsync = never
mail_plugins = quota {zlib} {acl_plugin}
{capability}
protocol imap {{
  mail_plugins = quota imap_quota {zlib} {imap_zlib} {acl_plugin}
  mail_max_userip_connections = 2000
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
{acl}}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
{special_use}}}
passdb {{
  driver = passwd-file
  master = yes
  args = {home}/masters
  result_success = continue
}}
passdb {{
  driver = passwd-file
  args = username_format=%u {home}/users/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {home}/users/%u
  default_fields = uid={user} gid={group} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 4000
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap {{
  process_limit = 500
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0600
  }}
}}
"""
_SPECIAL_USE = "".join(
    f"  mailbox {name} {{\n    special_use = \\{name}\n  }}\n"
    for name in ("Archive", "Drafts", "Junk", "Sent", "Trash")
)
_LOCATIONS = {
    "maildir": "maildir:~/Maildir:LAYOUT=fs",
    "maildir++": "maildir:~/Maildir",
    "mdbox": "mdbox:~/mdbox",
    "sdbox": "sdbox:~/sdbox",
}


class Dovecot:
    """A running server for as long as the ``with`` block lasts.

    ``capabilities`` replaces what it announces and so what a client may use. Names of users are lower case, because
    Dovecot makes them so. Any user can also be opened as ``user*migration-admin`` with the master password; with
    ``owner_rights`` (RFC 4314) only that way, if they do not suffice.
    """

    host = "127.0.0.1"
    master_user, master_password = MASTER_USER, MASTER_PASSWORD

    def __init__(
        self,
        *,
        format: str = "maildir",
        separator: str = "/",
        prefix: str = "",
        capabilities: Sequence[str] | None = None,
        plaintext: bool = True,
        compress: bool = False,
        owner_rights: str = "",
    ) -> None:
        self._format, self._separator, self._prefix = format, separator, prefix
        self._capabilities, self._plaintext, self._compress = capabilities, plaintext, compress
        self._owner_rights = owner_rights
        self._process: Process | None = None

    def __enter__(self) -> Self:
        program = DOVECOT.path()
        self.port, self.tls_port = free_port(), free_port()
        self._account = unprivileged()
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        self._lay_out()
        command = [*become(self._account), program, "-F", "-c", str(self.config)]
        self._process = Process(command, log=self.home / "output.log")
        try:
            self._process.wait_until_ready(lambda: greets(self.host, self.port))
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

    def add_user(self, name: str, password: str, *, quota: int | None = None) -> None:
        """Let ``name`` sign in with ``password`` from now on; ``quota`` in octets."""
        rule = f"userdb_quota_rule=*:bytes={quota}" if quota is not None else ""
        # A file each: Dovecot looks only once a second whether a file that it has read has changed.
        (self.home / "users" / name).write_text(f"{name}:{{PLAIN}}{password}::::::{rule}\n")

    def wipe(self, name: str) -> None:
        """Throw away all mail of ``name``, who must not be signed in."""
        shutil.rmtree(self.mail_of(name), ignore_errors=True)

    def mail_of(self, name: str) -> Path:
        return self.home / "mail" / name

    @property
    def config(self) -> Path:
        return self.home / "dovecot.conf"

    @property
    def log(self) -> str:
        path = self.home / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _lay_out(self) -> None:
        self.ca = make_ca()
        self.ca_pem = self.ca.pem
        self.certificate = make_certificate(self.ca)
        files = {
            "server.pem": self.certificate.pem,
            "server.key": self.certificate.key_pem,
            "masters": f"{MASTER_USER}:{{PLAIN}}{MASTER_PASSWORD}\n",
            "dovecot.conf": self._configuration(),
            "rights": f"* owner {self._owner_rights}\n* user={MASTER_USER} lrwstipekxa\n",
        }
        for name, content in files.items():
            (self.home / name).write_text(content)
        for name in ("run", "state", "mail", "users"):
            (self.home / name).mkdir()
        if os.getuid() == 0:
            for path in (self.home, *self.home.iterdir()):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _configuration(self) -> str:
        announced = f"imap_capability = {' '.join(self._capabilities)}" if self._capabilities else ""
        return _CONFIG.format(
            home=self.home,
            user=self._account.pw_name,
            group=grp.getgrgid(self._account.pw_gid).gr_name,
            secure_only="no" if self._plaintext else "yes",
            location=_LOCATIONS[self._format],
            capability=announced,
            zlib="zlib" if self._compress else "",
            imap_zlib="imap_zlib" if self._compress else "",
            special_use=_SPECIAL_USE,
            acl_plugin="acl" if self._owner_rights else "",
            acl=f"  acl = vfile:{self.home}/rights\n" if self._owner_rights else "",
            prefix=self._prefix,
            separator=self._separator,
            port=self.port,
            tls_port=self.tls_port,
        )
