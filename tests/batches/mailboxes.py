"""A mailbox on two real mail servers, and the migration between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic

from django.utils import timezone

from batches.models import MigrationBatch, MigrationUser
from batches.turns import take_turn
from endpoints.models import MigrationEndpoint
from tests.corpus import Mail
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Seen, contents, fill
from tests.servers.process import wait_until

SECRET = "Pa$$w0rd-canary"  # nowhere but in a sign-in
_numbers = count(1)


def mails(number: int, *, size: int = 500, folder: tuple[str, ...] = ("INBOX",), first: int = 0) -> list[Mail]:
    """Plain messages, each of its own content."""
    date = datetime(2009, 6, 1, 12, tzinfo=UTC)
    return [Mail(folder, _mail(first + i, size), ("\\Seen",) if i % 2 else (), date) for i in range(number)]


def _mail(number: int, size: int) -> bytes:
    head = f"From: pilarp@contoso.com\r\nSubject: Message {number}\r\nDate: Mon, 01 Jun 2009 12:00:00 +0200\r\n\r\n"
    return head.encode() + (b"x" * 70 + b"\r\n") * (size // 72 + 1)


@dataclass
class Migration:
    """One mailbox on both servers, its batch and its user.

    The product's clocks may be ahead of the real ones: the calendar by ``later``, the stopwatch by ``ahead`` seconds.
    """

    old: Dovecot
    new: Dovecot
    source: MigrationEndpoint
    target: MigrationEndpoint
    batch: MigrationBatch
    user: MigrationUser
    later: timedelta = timedelta()
    ahead: float = 0.0

    def put(self, given: list[Mail]) -> None:
        """New mail at the old server."""
        fill(self.old.host, self.old.port, self.user.address, SECRET, given)

    def slice(self) -> MigrationUser:
        """Let a worker have one slice, and read the user anew."""
        take_turn(self.user.pk, now=self.now, monotonic=lambda: monotonic() + self.ahead)
        return self.reread()

    def now(self) -> datetime:
        return timezone.now() + self.later

    def reread(self) -> MigrationUser:
        self.user = MigrationUser.objects.select_related("batch__source", "batch__target").get(pk=self.user.pk)
        return self.user

    def on_the_source(self) -> dict[str, list[Seen]]:
        return contents(self.old.host, self.old.port, self.user.address, SECRET)

    def on_the_target(self) -> dict[str, list[Seen]]:
        return contents(self.new.host, self.new.port, self.user.address, SECRET)

    def is_complete(self) -> bool:
        """Whether the target holds exactly what the source holds, by an independent reader."""
        return self.on_the_target() == self.on_the_source()


def new_address(*servers: Dovecot) -> str:
    """Of a new mailbox on these servers."""
    address = f"batch-user{next(_numbers)}@contoso.com"
    for server in servers:
        server.add_user(address, SECRET)
    return address


def heard(migration: Migration) -> None:
    """Wait until the worker has given its next sign of life, and so has heard what was decided before."""
    seen = {migration.reread().lease_until}

    def renewed_twice() -> bool:
        seen.add(migration.reread().lease_until)
        return len(seen) > 2 or None in seen

    wait_until(renewed_twice, "the lease is renewed twice, or let go")
