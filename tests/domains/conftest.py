"""The name servers that these tests share; every test takes a domain of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.internet import Internet


@pytest.fixture(scope="session")
def internet() -> Iterator[Internet]:
    with Internet() as running:
        yield running
