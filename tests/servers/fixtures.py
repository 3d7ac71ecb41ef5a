"""Mail servers that all tests of a run share; every test takes users of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot


@pytest.fixture(scope="session")
def dovecot_source() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_target() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server
