"""Keeps the leases of the mailboxes that this process works on, and hears which of them are no longer wanted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from math import inf
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import Error, connection

from batches import leases
from batches.leases import TAKEABLE, Lease, LeaseLost
from batches.models import MigrationUser
from batches.progress import Progress
from batches.states import RUNNING, Decision

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds between two signs of life
shutting_down = threading.Event()  # set when this worker was told to end: all its slices end soon


class Keeper:
    """Keeps one lease for as long as the ``with`` block lasts.

    ``why`` tells after ``wanted`` said no: "stop" (a person), "shutdown", "slice" (its time is over) or "hours" (those
    of a server end at ``closes_at``).
    """

    def __init__(
        self,
        lease: Lease,
        progress: Progress,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        closes_at: datetime | None = None,
    ) -> None:
        self._closes_at = closes_at
        self.lease = lease
        self._progress = progress
        self._now = now
        self._monotonic = monotonic
        self._renewed_at = monotonic()
        self._deadline = inf
        self._verdict = ""
        self._ended = False
        self._beating = threading.Lock()

    def __enter__(self) -> Self:
        _pulse.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._beating:
            self._ended = True
        _pulse.remove(self)

    def begin(self) -> None:
        """The source has been looked through: its time counts from now on, lest a slow one never gets beyond that."""
        self._deadline = self._monotonic() + settings.SYNC_SLICE.total_seconds()

    def wanted(self) -> bool:
        """Cheap: asked by the engine every second or so. Raises LeaseLost: then nothing more is to be written anywhere,
        so that messages on their way are not stored a second time beside those of the worker that has the mailbox now."""
        if self._is_lost():
            raise LeaseLost(f"migration user {self.lease.user_id}")
        return not self.why

    @property
    def why(self) -> str:
        if self._verdict:
            return self._verdict
        if shutting_down.is_set():
            return "shutdown"
        if self._closes_at and self._now() >= self._closes_at:
            return "hours"
        return "slice" if self._monotonic() >= self._deadline else ""

    def beat(self) -> None:
        """A sign of life, with how far it has come. Called by the thread of all keepers; none comes after the block."""
        with self._beating:
            if not self._ended:
                self._renew()

    def stop(self) -> None:
        """A person wants something else by now."""
        self._verdict = self._verdict or "stop"

    def _renew(self) -> None:
        at = self._monotonic()
        try:
            leases.renew(self.lease, self._now(), **self._progress.figures())
            self._renewed_at = at
            self._progress.write_lines()
        except LeaseLost:
            self._verdict = "lost"
            log.warning("User %s was given to somebody else.", self.lease.user_id)
        except (
            Error
        ) as error:  # the next sign of life may work; if none does, the lease runs out and the journal says so
            log.warning("The lease of user %s could not be renewed: %s", self.lease.user_id, error)
            connection.close()

    def _is_lost(self) -> bool:
        """Known to be, or too long ago that it was renewed: somebody else may have it."""
        return self._verdict == "lost" or self._monotonic() - self._renewed_at >= settings.LEASE.total_seconds()


class _Pulse:
    """One thread, with one database connection, for all mailboxes of this process.

    A thread of its own, because the engine may be busy with one huge message for longer than the lease lasts; one for
    all, because most incremental syncs are over before their first sign of life would be due.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._keepers: dict[Keeper, None] = {}
        self._thread: threading.Thread | None = None
        self._has_beaten = False

    def add(self, keeper: Keeper) -> None:
        with self._changed:
            self._keepers[keeper] = None
            if self._thread is None:
                self._has_beaten = False
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()

    def remove(self, keeper: Keeper) -> None:
        """With the last keeper goes the database connection, if there is one."""
        with self._changed:
            del self._keepers[keeper]
            if self._keepers or not self._has_beaten:
                return
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread:
            thread.join()

    def _run(self) -> None:
        try:
            while keepers := self._after_a_pause():
                self._has_beaten = True
                self._beat(keepers)
        finally:
            connection.close()

    def _after_a_pause(self) -> list[Keeper]:
        """Who is kept then. Nobody means that this thread is to end."""
        me = threading.current_thread()
        with self._changed:
            self._changed.wait_for(lambda: self._thread is not me, BEAT)
            if self._thread is me and not self._keepers:
                self._thread = None
            return list(self._keepers) if self._thread is me else []

    def _beat(self, keepers: list[Keeper]) -> None:
        for keeper in keepers:
            keeper.beat()
        unwanted = _unwanted([keeper.lease.user_id for keeper in keepers])
        for keeper in keepers:
            if keeper.lease.user_id in unwanted:
                keeper.stop()


def _unwanted(user_ids: list[int]) -> set[int]:
    """Whose work a person no longer wants; nobody's as long as the database does not say so."""
    working = MigrationUser.objects.filter(pk__in=user_ids, status__in=[*RUNNING, *TAKEABLE])
    wanted = working.filter(batch__decision=Decision.STARTED)
    try:
        return set(user_ids) - set(wanted.values_list("pk", flat=True))
    except Error as error:
        log.warning("The database does not tell what is wanted: %s", error)
        connection.close()
        return set()


_pulse = _Pulse()
