"""All that runs, started once for the stories, and people who visit it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from batches.models import MigrationBatch, MigrationUser
from batches.states import Decision
from core.models import Person
from tests.batches.examples import NOBODY
from tests.conftest import let_any_domain_in
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.servers.dovecot import Dovecot
from tests.servers.process import wait_until
from tests.servers.valkey import Valkey

expect.set_options(timeout=20_000)  # a page that moves asks every two seconds, and the machine may be busy


@pytest.fixture(scope="package")
def running_system(
    django_db_setup: None,
    running_valkey: Valkey,
    dovecot_source: Dovecot,
    dovecot_target: Dovecot,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    with System(tmp_path_factory.mktemp("system"), dovecot_source, dovecot_target) as system:
        yield system
    running_valkey.empty()


@pytest.fixture
def system(transactional_db: None, running_system: System) -> Iterator[System]:
    """Web server, worker, beat and two mail servers, on an empty database; at the end nobody works any more."""
    let_any_domain_in()
    yield running_system
    MigrationBatch.objects.update(decision=Decision.STOPPED)
    MigrationUser.objects.filter(lease=NOBODY).update(lease="", lease_until=None)
    wait_until(lambda: not MigrationUser.objects.exclude(lease="").exists(), "all work has ended")


@pytest.fixture
def visitor(page: Page, system: System, administrator: Person) -> Visitor:
    """An administrator who is signed in."""
    visitor = Visitor(page, system.web)
    visitor.admit(administrator)
    return visitor
