"""Keeps the lease while a mailbox is worked on, and hears when the work is no longer wanted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from math import inf
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection

from batches import leases
from batches.leases import Lease, LeaseLost
from batches.models import MigrationUser
from batches.progress import Progress
from batches.states import RUNNING, Decision

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds between two signs of life
shutting_down = threading.Event()  # set when this worker was told to end: all its slices end soon


class Keeper:
    """A thread of its own, because the engine may be busy with one huge message for longer than the lease lasts.

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
        self._lease = lease
        self._progress = progress
        self._now = now
        self._monotonic = monotonic
        self._renewed_at = monotonic()
        self._deadline = inf
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lease of user {lease.user_id}", daemon=True)
        self._verdict = ""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def begin(self) -> None:
        """The source has been looked through: its time counts from now on, lest a slow one never gets beyond that."""
        self._deadline = self._monotonic() + settings.SYNC_SLICE.total_seconds()

    def wanted(self) -> bool:
        """Cheap: asked by the engine every second or so. Raises LeaseLost: then nothing more is to be written anywhere,
        so that messages on their way are not stored a second time beside those of the worker that has the mailbox now."""
        if self._is_lost():
            raise LeaseLost(f"migration user {self._lease.user_id}")
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

    def _is_lost(self) -> bool:
        """Known to be, or too long ago that it was renewed: somebody else may have it."""
        return self._verdict == "lost" or self._monotonic() - self._renewed_at >= settings.LEASE.total_seconds()

    def _run(self) -> None:
        try:
            while self._verdict != "lost" and not self._ended.wait(BEAT):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        at = self._monotonic()
        try:
            leases.renew(self._lease, self._now(), **self._progress.figures())
            self._renewed_at = at
            self._progress.write_lines()
            if not self._is_wanted():
                self._verdict = "stop"
        except LeaseLost:
            self._verdict = "lost"
        except (
            DatabaseError
        ) as error:  # the next beat may work; if none does, the lease runs out and the journal says so
            log.warning("The lease of user %s could not be renewed: %s", self._lease.user_id, error)

    def _is_wanted(self) -> bool:
        return MigrationUser.objects.filter(
            pk=self._lease.user_id, status__in=RUNNING, batch__decision=Decision.STARTED
        ).exists()
