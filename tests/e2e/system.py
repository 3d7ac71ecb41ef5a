"""Everything that runs when the product runs, as plain processes on the database and broker of the tests."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.dovecot import Dovecot
from tests.servers.web import Web
from tests.servers.worker import Beat, Worker

# Short, so that nobody waits long for what a dead worker leaves behind; a slice is longer than any story.
PATIENCE = {"RECONCILE_SECONDS": "1", "LEASE_SECONDS": "5"}


class System:
    """Web server, worker and beat, for as long as the ``with`` block lasts, and the mail servers they work with."""

    def __init__(self, folder: Path, old: Dovecot, new: Dovecot) -> None:
        self.old, self.new = old, new
        self._folder = folder

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self.web = starting.enter_context(Web(self._folder, **PATIENCE))
            starting.enter_context(Beat(self._folder, **PATIENCE))
            self._running = starting.pop_all()
            self.start_worker()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.worker.kill()  # nobody's work is under way any more, and a warm shutdown takes seconds
        self._running.close()

    def start_worker(self) -> None:
        self.worker = self._running.enter_context(Worker(self._folder, **PATIENCE))
