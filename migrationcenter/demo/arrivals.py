"""Life at the old mail server while its mailboxes move: new mail comes in, and people go on reading."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

from migrationcenter.demo.corpus import Author
from migrationcenter.demo.mailboxes import StoredMessage
from migrationcenter.demo.mailstore import DemoMailbox
from migrationcenter.demo.people import PEOPLE

INTERVAL = 3.0  # seconds between two events
FLAGS = ("\\Seen", "\\Flagged", "\\Answered")


class Arrivals:
    """A message in somebody's inbox every few seconds, and now and then a flag on an older one."""

    def __init__(self, mailboxes: Mapping[str, DemoMailbox], rng: Random) -> None:
        self._mailboxes = mailboxes
        self._rng = rng
        self._quiet = asyncio.Event()

    async def keep_coming(self) -> None:
        """Until it is to be quiet."""
        while not self._quiet.is_set():
            self.happen()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), INTERVAL)

    def stop(self) -> None:
        """Nothing happens any more once this returns."""
        self._quiet.set()

    def happen(self) -> None:
        """One event."""
        person = self._rng.choice(PEOPLE)
        inbox = self._mailboxes[person.address].inbox
        when = datetime.now(UTC).replace(microsecond=0)
        inbox.deliver(StoredMessage(Author(person, self._rng).message(when), when))
        if self._rng.random() < 0.3:
            inbox.add_flag(self._rng.randrange(inbox.count()), self._rng.choice(FLAGS))
