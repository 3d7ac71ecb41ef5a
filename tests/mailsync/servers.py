"""Whose mailboxes there are on the servers of the fixtures."""

from __future__ import annotations

from itertools import count

from tests.corpus import LARGEST
from tests.servers.dovecot import Dovecot

PASSWORD = "correct-horse"
FILLED = {
    "corpus": (2_100, LARGEST),
    "small": (220, 9_000_000),
    "medium": (660, 3_000_000),
}  # messages, and the largest

_numbers = count()


def empty_mailbox(server: Dovecot, *, quota: int | None = None) -> str:
    """Of a new user."""
    name = f"user{next(_numbers)}"
    server.add_user(name, PASSWORD, quota=quota)
    return name
