"""The servers that are measured: Dovecot as the tests have it, in memory or, where disks are the question, on one."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from bench.delay import delayed
from tests.servers.dovecot import Dovecot

WITHOUT_MULTIAPPEND = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ SORT THREAD=REFERENCES CHILDREN NAMESPACE UIDPLUS "
    "LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN LIST-STATUS SPECIAL-USE MOVE"
)
_PLUGINS = re.compile(r"^ *mail_plugins = .*\n", re.MULTILINE)


class Server(Dovecot):
    """Without quotas, which would make every message dearer for everybody.

    ``durable``: its mail lies on a disk, and it answers when the mail is there.
    """

    def __init__(self, *, capabilities: Sequence[str] | None = None, durable: bool = False) -> None:
        super().__init__(capabilities=capabilities)
        self._durable = durable

    def _configuration(self) -> str:
        usual = _PLUGINS.sub("", super()._configuration())
        return usual.replace("mail_fsync = never", "mail_fsync = optimized") if self._durable else usual

    def _lay_out(self) -> None:
        super()._lay_out()
        if self._durable:
            self._disk = tempfile.TemporaryDirectory(prefix="bench-mail-", dir="/var/tmp")
            shutil.chown(self._disk.name, self._account.pw_uid, self._account.pw_gid)
            (self.home / "mail").rmdir()
            (self.home / "mail").symlink_to(self._disk.name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if self._durable:
            self._disk.cleanup()


@dataclass(frozen=True, slots=True)
class End:
    """Where one side of a migration is reached: the server itself, or a line that leads to it."""

    server: Dovecot
    port: int
    tls: bool = False

    @property
    def host(self) -> str:
        return self.server.host


@dataclass(frozen=True, slots=True)
class Line:
    """A source, a target, and a folder for what programs keep on the way."""

    source: End
    target: End
    scratch: Path

    @classmethod
    def between(cls, source: Dovecot, target: Dovecot, scratch: Path, *, tls: bool = False) -> Line:
        ends = [End(server, server.tls_port if tls else server.port, tls) for server in (source, target)]
        return cls(ends[0], ends[1], scratch)


@contextmanager
def far_apart(line: Line, round_trip: float) -> Iterator[Line]:
    """The same servers, each ``round_trip`` seconds away."""
    with ExitStack() as proxies:
        ends = [
            End(end.server, proxies.enter_context(delayed(end.port, round_trip))) for end in (line.source, line.target)
        ]
        yield Line(ends[0], ends[1], line.scratch)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """In memory, as the servers' mail is; readable for doveadm, which becomes another user."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        Path(name).chmod(0o755)
        yield Path(name)
