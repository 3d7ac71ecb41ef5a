"""A real Celery worker, and beat, on the test's own database and broker."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError

from migrationcenter.celery import app
from tests.servers.process import Process
from tests.servers.surroundings import ROOT, environment


class Worker:
    """Works for as long as the ``with`` block lasts; ``kill`` is kill -9."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """``settings`` are environment variables for this worker alone, as in ``LEASE_SECONDS="2"``."""
        self.name = f"test-{uuid.uuid4().hex[:8]}@localhost"
        self._folder, self._settings = folder, settings

    def __enter__(self) -> Self:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        argv = _celery("worker", "--pool=threads", "--concurrency=8", f"--hostname={self.name}", *quiet)
        self._process = Process(argv, log=self._folder / f"{self.name}.log", env=environment() | self._settings)
        self._process.wait_until_ready(self.answers)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stop()

    def kill(self) -> None:
        self._process.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return self._process.output

    def answers(self) -> bool:
        """Whether it does so at once; a busy machine may need to be asked twice."""
        try:
            return bool(app.control.ping(destination=[self.name], timeout=0.5))
        except (OperationalError, ConnectionError):  # a connection from before the broker was started again
            return False


class Beat:
    """Ticks for as long as the ``with`` block lasts."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder, self._settings = folder, settings

    def __enter__(self) -> Self:
        argv = _celery("beat", "--schedule", str(self._folder / "schedule"), "--pidfile=")
        self._process = Process(argv, log=self._folder / "beat.log", env=environment() | self._settings)
        self._process.wait_until_ready(lambda: any(self._folder.glob("schedule*")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stop()


def _celery(command: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--workdir", str(ROOT), "-A", "migrationcenter", command, *options]
