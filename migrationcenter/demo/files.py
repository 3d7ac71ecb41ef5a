"""Where the demo keeps its files: ``var/demo``. Every start begins afresh."""

from __future__ import annotations

import fcntl
import os
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from cryptography.fernet import Fernet

from migrationcenter.demo import valkey

SOCKET_NOTE = "valkey-socket"  # the file that says where the socket is
SOCKET_PATH_LIMIT = 100  # characters; operating systems stop at 104 or 108


class InUse(Exception):
    """Another demo is running in this folder."""


class DemoFiles:
    """The files of one demo. Its settings are also in ``environment``, one a line, for other commands to read."""

    def __init__(self, folder: Path, site_url: str, dns: Mapping[str, str]) -> None:
        self.folder = folder
        self.zone = folder / "contoso.com.zone"
        self.logs = folder / "log"
        self.logs.mkdir(parents=True)
        self.valkey_socket = self._socket()
        self.settings = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "DATABASE_URL": f"sqlite:///{quote(str(folder / 'db.sqlite3'))}",
            "REDIS_URL": f"unix://{quote(str(self.valkey_socket))}",
            "HTTPS": "no",
            "ORGANIZATION": "Contoso",
            "SITE_URL": site_url,
            "RECONCILE_SECONDS": "2",
            "INCREMENTAL_SYNC_HOURS": "0.05",
            "DEMO_ZONE": str(self.zone),
            **dns,
        }
        self.environment = self.write(
            "environment", "".join(f"{name}={shlex.quote(value)}\n" for name, value in self.settings.items())
        )

    def write(self, name: str, content: str) -> Path:
        """A new file that only its owner can read."""
        path = self.folder / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
            file.write(content)
        return path

    def _socket(self) -> Path:
        beside = self.folder / "valkey.sock"
        fits = len(str(beside)) <= SOCKET_PATH_LIMIT
        path = beside if fits else Path(tempfile.mkdtemp(prefix="migrationcenter-")) / beside.name
        self.write(SOCKET_NOTE, str(path))
        return path

    def forget_socket(self) -> None:
        """Remove the socket if it lies elsewhere."""
        if self.valkey_socket.parent != self.folder:
            shutil.rmtree(self.valkey_socket.parent, ignore_errors=True)


@contextmanager
def fresh(
    folder: Path, *, site_url: str = "http://127.0.0.1:8000", dns: Mapping[str, str] | None = None
) -> Iterator[DemoFiles]:
    """An empty folder for one demo at a time; ``dns`` are the settings that say whom to ask. Raises InUse if another one
    is running there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "a+") as lock:
        _lock(lock.fileno())
        _stop_left_overs(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        files = DemoFiles(folder, site_url, dns or {})
        try:
            yield files
        finally:
            files.forget_socket()


def _lock(descriptor: int) -> None:
    """Until the file is closed, by leaving the context or by the end of the process."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InUse from None


def _stop_left_overs(folder: Path) -> None:
    """The Valkey of a demo that was killed before it could end it. Linux ends the other processes by itself."""
    with suppress(FileNotFoundError):
        valkey.stop(Path((folder / SOCKET_NOTE).read_text()))
