"""A throw-away PostgreSQL: unprivileged, on a unix socket only, and forgetful, which makes it quick."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.installed import POSTGRES
from tests.servers.process import Process, become, unprivileged

USER = "migrationcenter"
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "dynamic_shared_memory_type": "mmap",  # in its folder, so that nothing stays behind when it is killed
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "",
}


class Postgres:
    """A cluster of its own for as long as the ``with`` block lasts."""

    def __enter__(self) -> Self:
        self._programs = Path(POSTGRES.path()).parent
        # Not below pytest's folders: their names are long, and those of unix sockets may not be.
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        self._account = unprivileged()
        os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        try:
            self._create()
            self._start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stop(signal.SIGQUIT)  # at once, whoever is still connected
        self._remove()

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self, database: str) -> str:
        return f"postgres://{USER}@/{database}?host={self.folder}"

    def _create(self) -> None:
        options = ["-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run(
            [*become(self._account), str(self._programs / "initdb"), "-D", str(self.folder / "data"), *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def _start(self) -> None:
        options = [
            f"--{name}={value}" for name, value in (_QUICK | {"unix_socket_directories": str(self.folder)}).items()
        ]
        argv = [*become(self._account), str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options]
        self._process = Process(argv, log=self.folder / "postgres.log")
        self._process.wait_until_ready(self._answers)

    def _answers(self) -> bool:
        asked = subprocess.run(
            [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", USER, "-d", "postgres"],
            check=False,
        )
        return asked.returncode == 0

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
