"""Migration Center as a whole, measured like any other program: PostgreSQL, Valkey, a worker and beat as processes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from cryptography.fernet import Fernet

from bench.measure import PeerFailed, Run
from bench.peers import Job
from bench.servers import Line, scratch_folder
from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey

READY = "ready"  # what its operator says first


class App:
    """The first time it is given jobs it starts a batch of them, as the dashboard does; after that it is told to sync now.

    The clock stops when every mailbox shows as synced. CPU and memory are those of the worker.
    """

    name = "the whole app"

    def __init__(self, operator: subprocess.Popen[str]) -> None:
        self._operator = operator

    def run(self, line: Line, jobs: Sequence[Job], parallel: int = 1) -> Run:
        sides = [[end.host, end.port] for end in (line.source, line.target)]
        return Run(*self._asked({"sides": sides, "jobs": jobs, "parallel": parallel}))

    def _asked(self, what: dict[str, Any]) -> list[float]:
        assert self._operator.stdin
        self._operator.stdin.write(json.dumps(what) + "\n")
        self._operator.stdin.flush()
        answer: list[float] = json.loads(self._said("["))
        return answer

    def wait_until_ready(self) -> None:
        """Until its processes have started: nobody else's time shall pass meanwhile."""
        self._said(READY)

    def _said(self, expected: str) -> str:
        assert self._operator.stdout
        said = self._operator.stdout.readline()
        if not said.startswith(expected):
            raise PeerFailed(f"the app: {said or 'it ended'}")
        return said


@contextmanager
def app() -> Iterator[App]:
    """Everything that runs where the product runs, but for the web server: nobody looks at pages meanwhile."""
    with ExitStack() as running:
        scratch = running.enter_context(scratch_folder())
        database = running.enter_context(Postgres())
        valkey = running.enter_context(Valkey(scratch / "valkey.sock"))
        settings = {
            "DJANGO_SETTINGS_MODULE": "migrationcenter.settings",
            "DATABASE_URL": database.url("postgres"),
            "REDIS_URL": valkey.url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "HTTPS": "no",
            "LOG_LEVEL": "WARNING",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        operator = subprocess.Popen(
            [sys.executable, "-m", "bench.operator", str(scratch)],
            env=os.environ | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.callback(operator.wait)
        running.callback(operator.communicate)
        whole = App(operator)
        whole.wait_until_ready()
        yield whole
