"""A batch between the two mail servers of the stories, described in the database where the wizard is not the story."""

from __future__ import annotations

import imaplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from batches.models import MigrationBatch, MigrationUser
from batches.states import Decision
from tests.batches.examples import endpoint_of, make_batch, make_user
from tests.batches.mailboxes import SECRET, new_address
from tests.corpus import Mail
from tests.e2e.system import System
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents, fill
from tests.servers.process import wait_until


@dataclass(frozen=True)
class Move:
    """``batch`` has never been started; its mailboxes are on both servers, empty on the new one."""

    system: System
    batch: MigrationBatch
    users: Sequence[MigrationUser]

    def is_complete(self) -> bool:
        """Whether each mailbox holds exactly what it holds at the source, by an independent reader."""
        return all(mailbox_is_equal(self.system, user.address) for user in self.users)


def prepare_move(system: System, mailboxes: Sequence[Sequence[Mail]], *, port: int, **user: Any) -> Move:
    """One mailbox for each list of mail; ``port`` is where the old server is reached, ``user`` more of every user."""
    source, target = endpoint_of(system.old, "EXCH-SRV-01", port=port), endpoint_of(system.new, "NEW-SRV")
    batch = make_batch(source=source, target=target, decision=Decision.CREATED, started_at=None, signed_in_at=None)
    passwords: dict[str, Any] = {"source_password": SECRET, "target_password": SECRET, "due_at": None}
    users = []
    for mail in mailboxes:
        address = new_address(system.old, system.new)
        fill(system.old.host, system.old.port, address, SECRET, mail)
        users.append(make_user(batch, address, **(passwords | user)))
    return Move(system, batch, users)


def mailbox_is_equal(system: System, address: str) -> bool:
    old, new = system.old, system.new
    return contents(old.host, old.port, address, SECRET) == contents(new.host, new.port, address, SECRET)


def change_password(server: Dovecot, address: str, password: str) -> None:
    server.add_user(address, password)
    wait_until(lambda: _accepts(server, address, password), "the server knows the new password")


def _accepts(server: Dovecot, address: str, password: str) -> bool:
    with imaplib.IMAP4(server.host, server.port) as client:
        try:
            client.login(address, password)
        except imaplib.IMAP4.error:
            return False
    return True
