from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.endpoints.samples import CANARY
from tests.servers.dovecot import Dovecot

USERS = ("pilarp@contoso.com", "tobyn@contoso.com", "briant@contoso.com")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A mail server where some people of contoso.com have mailboxes, and the canary is everybody's password."""
    with Dovecot() as server:
        for user in USERS:
            server.add_user(user, CANARY)
        yield server
