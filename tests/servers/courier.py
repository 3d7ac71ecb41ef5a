"""A throw-away Courier: its paths are compiled in, so it lives in a root of its own that holds what it needs and no more."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.accounts import AccountDaemon
from tests.servers.process import Process, free_port, greets, unprivileged
from tests.servers.unpacked import COURIER

# couriertcpd answers the door, imaplogin asks who is there, imapd serves; all wait a second where nobody watches folders.
_WATCHER = "usr/libexec/gam_server"
_PROGRAMS = ("usr/sbin/couriertcpd", "usr/lib/courier/courier/imaplogin", "usr/bin/imapd", _WATCHER)
# As in Debian's /etc/courier/imapd, but nothing is ever thrown away.
_ENVIRONMENT = {
    "IMAP_CAPABILITY": "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE",
    "IMAP_KEYWORDS": "1",
    "IMAP_ACL": "1",
    "IMAP_IDLE_TIMEOUT": "60",
    "IMAP_MAILBOX_SANITY_CHECK": "1",
    "IMAP_UMASK": "022",
    "IMAP_ULIMITD": "131072",
    "IMAP_USELOCKS": "1",
    "IMAP_ENHANCEDIDLE": "0",
    "IMAP_TRASHFOLDERNAME": "Trash",
    "IMAP_EMPTYTRASH": "",
    "LD_LIBRARY_PATH": "/usr/lib",
}
CONNECTIONS = 200


def change_root(root: Path, user: str = "root") -> list[str]:
    """The start of a command line that runs the rest with ``root`` as /. As root, it can be run by any ``user``; anybody else
    needs a user namespace, and stays who he is."""
    if os.getuid() == 0:
        return ["chroot", f"--userspec={user}", str(root)]
    return ["unshare", "--user", "--map-current-user", f"--root={root}"]


def obstacle() -> str:
    """Why Courier can not run on this machine; "" if it can."""
    with tempfile.TemporaryDirectory() as root:
        tried = subprocess.run([*change_root(Path(root)), "/true"], check=False, capture_output=True, text=True)
    found = tried.returncode == 127 or "No such file" in tried.stderr  # it got as far as looking for the program
    return "" if found else f"a root of its own is not permitted here: {tried.stderr.strip()}"


class Courier:
    """A running server for as long as the ``with`` block lasts. It does not encrypt."""

    host = "127.0.0.1"

    def __enter__(self) -> Self:
        self.port = free_port()
        self.home = Path(tempfile.mkdtemp(prefix="courier-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        try:
            self._lay_out()
            self._accounts = AccountDaemon(self._root / "run/courier/authdaemon/socket", self._attributes)
            self._accounts.__enter__()
            watcher = [*change_root(self._root, str(self._account.pw_uid)), f"/{_WATCHER}", ""]
            self._watcher = Process(watcher, log=self.home / "watcher.log", env=os.environ | _ENVIRONMENT)
            command = [*change_root(self._root), *self._command()]
            self._process = Process(command, log=self.home / "output.log", env=os.environ | _ENVIRONMENT)
            self._process.wait_until_ready(lambda: greets(self.host, self.port))
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill_all()
        self._watcher.kill_all()
        self._accounts.__exit__(kind, error, trace)
        shutil.rmtree(self.home, ignore_errors=True)

    def add_user(self, name: str, password: str) -> None:
        folders = [self._root / "mail" / name / "Maildir" / part for part in ("cur", "new", "tmp")]
        for folder in folders:
            folder.mkdir(parents=True)
        if os.getuid() == 0:
            for folder in (folders[0].parents[1], folders[0].parent, *folders):
                os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        self._accounts.passwords[name] = password

    @property
    def log(self) -> str:
        return self._process.output

    @property
    def _root(self) -> Path:
        return self.home / "root"

    def _command(self) -> list[str]:
        limits = [f"-maxprocs={CONNECTIONS}", f"-maxperip={CONNECTIONS}"]
        listener = ["/usr/sbin/couriertcpd", f"-address={self.host}", *limits, "-nodnslookup", "-noidentlookup"]
        return [*listener, str(self.port), "/usr/lib/courier/courier/imaplogin", "/usr/bin/imapd", "Maildir"]

    def _attributes(self, user: str) -> dict[str, str]:
        owner = {"UID": str(self._account.pw_uid), "GID": str(self._account.pw_gid)}
        return owner | {"HOME": f"/mail/{user}", "ADDRESS": user, "MAILDIR": "Maildir"}

    def _lay_out(self) -> None:
        self._account = unprivileged()
        package = self.home / "package"
        COURIER.unpack(package)
        for program in _PROGRAMS:
            self._copy(package / program, self._root / program)
            for name, library in _libraries(package, program):
                self._copy(library, self._root / name)
        shutil.rmtree(package)
        for folder in ("run/courier/authdaemon", "mail", "tmp", "dev", "etc/courier"):
            (self._root / folder).mkdir(parents=True)
        (self._root / "dev/null").touch()
        users = ("root:x:0:0::/:/bin/sh", f"mail:x:{self._account.pw_uid}:{self._account.pw_gid}::/:/bin/sh", "")
        (self._root / "etc/passwd").write_text("\n".join(users))
        for path in (self.home, self._root, self._root / "tmp"):
            path.chmod(0o777)

    def _copy(self, what: Path, where: Path) -> None:
        where.parent.mkdir(parents=True, exist_ok=True)
        if not where.exists():
            shutil.copy2(what, where)


def _libraries(package: Path, program: str) -> list[tuple[str, Path]]:
    """What the program's loader asks for: where it looks for it, and where it is on this machine."""
    own = ":".join(str(folder) for folder in (*package.glob("**/*-linux-gnu"), package / "usr/lib"))
    environment = os.environ | {"LD_LIBRARY_PATH": own}
    told = subprocess.run(["ldd", package / program], env=environment, check=True, capture_output=True, text=True)
    words = [line.split() for line in told.stdout.splitlines()]
    loader = [(line[0].lstrip("/"), Path(line[0])) for line in words if line[0].startswith("/")]
    return loader + [(f"usr/lib/{line[0]}", Path(line[2])) for line in words if line[1:2] == ["=>"]]
