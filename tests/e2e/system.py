"""Everything that runs when the product runs, as plain processes on the database and broker of the tests."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from migrationcenter.demo.dns.servers import NameServers, open_doors
from tests.servers.dovecot import Dovecot
from tests.servers.web import Web
from tests.servers.worker import Beat, Worker

# Short, so that nobody waits long for what a dead worker leaves behind; a slice is longer than any story.
PATIENCE = {"RECONCILE_SECONDS": "1", "LEASE_SECONDS": "5"}


class System:
    """Web server, worker and beat, for as long as the ``with`` block lasts, and the mail and name servers they work with."""

    def __init__(self, folder: Path, old: Dovecot, new: Dovecot) -> None:
        self.old, self.new = old, new
        self.zone = folder / "contoso.com.zone"
        self._folder = folder

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._doors = starting.enter_context(open_doors())
            self._settings = PATIENCE | self._doors.settings | {"DEMO_ZONE": str(self.zone)}
            pages = {"DJANGO_SETTINGS_MODULE": "tests.e2e.settings"}
            self._start_names()
            starting.callback(lambda: self._names.__exit__())
            self.web = starting.enter_context(Web(self._folder, **self._settings, **pages))
            starting.enter_context(Beat(self._folder, **self._settings))
            self._running = starting.pop_all()
            self.start_worker()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.worker.kill()  # nobody's work is under way any more, and a warm shutdown takes seconds
        self._running.close()

    def start_worker(self) -> None:
        self.worker = self._running.enter_context(Worker(self._folder, **self._settings))

    def forget_names(self) -> None:
        """The resolver is switched off and on: it has forgotten everything. The zone has not."""
        self._names.__exit__()
        self._start_names()

    def _start_names(self) -> None:
        self._names = NameServers(self._doors, self.zone, lag=0).__enter__()
