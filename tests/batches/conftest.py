"""An old mail server, a new one, and a mailbox that is to move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.batches.examples import endpoint_of, make_batch, make_user
from tests.batches.mailboxes import ADDRESSES, SECRET, Migration, new_address
from tests.servers.dovecot import Dovecot
from tests.servers.installed import DOVECOT
from tests.servers.valkey import Valkey


@pytest.fixture(scope="session")
def old_server() -> Iterator[Dovecot]:
    yield from server_with_mailboxes()


@pytest.fixture(scope="session")
def new_server() -> Iterator[Dovecot]:
    yield from server_with_mailboxes()


def server_with_mailboxes() -> Iterator[Dovecot]:
    """All mailboxes exist before the first sign-in: Dovecot reads its list of users at most once a second."""
    DOVECOT.path()
    with Dovecot() as server:
        for address in ADDRESSES:
            server.add_user(address, SECRET)
        yield server


@pytest.fixture
def migration(transactional_db: None, valkey: Valkey, old_server: Dovecot, new_server: Dovecot) -> Migration:
    source, target = endpoint_of(old_server, "OLD"), endpoint_of(new_server, "NEW")
    batch = make_batch(source=source, target=target, signed_in_at=None)
    passwords: dict[str, Any] = {"source_password": SECRET, "target_password": SECRET}
    user = make_user(batch, new_address(), **passwords)
    return Migration(old_server, new_server, source, target, batch, user)
