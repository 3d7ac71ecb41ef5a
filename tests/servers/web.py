"""The web server as people run it: granian, on the test's own database and broker."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import Process, free_port
from tests.servers.surroundings import ROOT, environment


class Web:
    """Serves for as long as the ``with`` block lasts."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder, self._settings = folder, settings

    def __enter__(self) -> Self:
        self.port = free_port()
        options = ["--interface=wsgi", "--blocking-threads=32", f"--port={self.port}", f"--working-dir={ROOT}"]
        argv = [sys.executable, "-m", "granian", *options, "migrationcenter.wsgi:application"]
        self._process = Process(argv, log=self._folder / "web.log", env=environment() | self._settings)
        self._process.wait_until_ready(self._answers)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._process.output

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return bool(connection.getresponse().read())
        except OSError:
            return False
        finally:
            connection.close()
