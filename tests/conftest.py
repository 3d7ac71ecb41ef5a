"""Who and what every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker

from core import organization
from core.models import OrganizationSettings, Person, Role
from tests.emptying import empty, send_others_away
from tests.servers.browser import Browser, chromium
from tests.servers.kinds import chosen, left_out
from tests.servers.valkey import Valkey
from tests.servers.web import Web
from tests.servers.worker import Worker

PASSWORD = "correct horse battery staple"

# A busy machine is no fault of the product: properties are tested, not their speed. The same examples in every run, so
# that a change is judged by what it changes; --hypothesis-profile=searching looks for new ones.
hypothesis_settings.register_profile("searching", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("patient", hypothesis_settings.get_profile("searching"), derandomize=True)
hypothesis_settings.load_profile("patient")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``server_kind`` and ``store_kind``: once for each kind of server that this run is about."""
    kinds = chosen(metafunc.config.getoption("servers"))
    possible = [kind for kind in kinds if kind not in left_out(kinds)]
    if "server_kind" in metafunc.fixturenames:
        metafunc.parametrize("server_kind", possible, scope="session")
    if "store_kind" in metafunc.fixturenames:
        metafunc.parametrize("store_kind", ["memory", *possible], scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for kind, why in left_out(chosen(config.getoption("servers"))).items():
        terminalreporter.write_line(f"Not tested against {kind}, {why}", yellow=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """That of pytest-django, which drops the database at the end."""
    yield
    with django_db_blocker.unblock():
        send_others_away()


@pytest.fixture(scope="session", autouse=True)
def patient_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", empty)
        yield


def let_any_domain_in() -> None:
    """For what runs in another process: staged batches may have mailboxes of domains that nobody has verified."""
    OrganizationSettings(verified_domains_only=False).save()


@pytest.fixture(autouse=True)
def unsaved_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says until a test saves something else; read once, so that queries can be counted.

    Batches may have mailboxes of any domain, except where a test is about that.
    """
    monkeypatch.setattr(organization, "FRESH_FOR", float("inf"))
    monkeypatch.setattr(
        organization, "_last", organization._Read(OrganizationSettings(verified_domains_only=False), float("inf"))
    )


def person(role: Role) -> Person:
    return Person.objects.create_user(username=role.value, password=PASSWORD, role=role)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def administrator(db: None) -> Person:
    return person(Role.ADMINISTRATOR)


@pytest.fixture
def manager(db: None) -> Person:
    return person(Role.MANAGER)


@pytest.fixture
def helpdesk(db: None) -> Person:
    return person(Role.HELPDESK)


@pytest.fixture
def administrator_client(administrator: Person) -> Client:
    return signed_in(administrator)


@pytest.fixture
def manager_client(manager: Person) -> Client:
    return signed_in(manager)


@pytest.fixture
def helpdesk_client(helpdesk: Person) -> Client:
    return signed_in(helpdesk)


@pytest.fixture
def stranger() -> Client:
    """Somebody who has not signed in."""
    return Client()


@pytest.fixture(scope="session")
def running_valkey() -> Iterator[Valkey]:
    with Valkey(Path(settings.CELERY_BROKER_URL.removeprefix("redis+socket://"))) as server:
        yield server


@pytest.fixture
def valkey(running_valkey: Valkey) -> Iterator[Valkey]:
    """The broker of the settings, empty."""
    yield running_valkey
    if not running_valkey.answers():
        running_valkey.start()
    running_valkey.empty()


@pytest.fixture
def worker(transactional_db: None, valkey: Valkey, tmp_path: Path) -> Iterator[Worker]:
    with Worker(tmp_path) as server:
        yield server


@pytest.fixture
def web(transactional_db: None, valkey: Valkey, tmp_path: Path) -> Iterator[Web]:
    let_any_domain_in()
    with Web(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop lives in this thread, and Django takes every call from here for an asynchronous one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with chromium() as running:
            yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with cookies of its own."""
    with browser.new_context(locale="en-GB", timezone_id="Europe/Amsterdam") as context:
        yield context.new_page()
