"""The real web server on a filled database, and the processor time that it and its database take."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bench.servers import scratch_folder
from tests.servers.postgres import Postgres
from tests.servers.process import Process, free_port

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Site:
    """``known`` is what ``bench.web.organization`` tells; ``pids`` are the first processes of web server and database."""

    port: int
    known: dict[str, Any]
    pids: list[int]

    def cpu(self) -> float:
        """Seconds that they and all that they started have taken by now."""
        return sum(map(_cpu_of_tree, self.pids))


@contextmanager
def site(database: str, url: str = "") -> Iterator[Site]:
    """On a database of its own, "sqlite" or "postgres", or on the one at ``url``, which has been filled before."""
    with ExitStack() as running:
        scratch = running.enter_context(scratch_folder())
        pids: list[int] = []
        if not url and database == "postgres":
            server = running.enter_context(Postgres())
            url, pids = server.url("postgres"), [server.pid]
        elif url.startswith("postgres"):
            pids = [_postmaster(url)]
        settings = os.environ | _settings(url or f"sqlite:///{scratch}/organization.sqlite3", scratch)
        told = subprocess.run(
            [sys.executable, "-m", "bench.web.organization"],
            env=settings,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        port = free_port()
        argv = [sys.executable, "-m", "granian", "--interface=wsgi", "--blocking-threads=32", f"--port={port}"]
        argv += [f"--working-dir={ROOT}", "migrationcenter.wsgi:application"]
        web = Process(argv, log=scratch / "web.log", env=settings)
        running.callback(web.stop)
        web.wait_until_ready(lambda: _answers(port))
        yield Site(port, json.loads(told), [web.pid, *pids])


def _settings(url: str, scratch: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "migrationcenter.settings",
        "DATABASE_URL": url,
        "REDIS_URL": f"unix://{scratch}/nobody.sock",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HTTPS": "no",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }


def _postmaster(url: str) -> int:
    """The first process of a cluster of ``tests.servers.postgres``, which has its socket beside its data."""
    return int(Path(url.rpartition("host=")[2], "data/postmaster.pid").read_text().splitlines()[0])


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return bool(connection.getresponse().read())
    except OSError:
        return False


def _cpu_of_tree(pid: int) -> float:
    """Children that have ended are counted by those who waited for them."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS + sum(_cpu_of_tree(int(child)) for child in children)
