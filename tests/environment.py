"""The pytest plugin that is loaded before Django: settings, database, and what a missing server means."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.servers.installed import NotInstalled
from tests.servers.postgres import Postgres

pytest_plugins = ["tests.servers.fixtures", "tests.shares"]

IN_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ
REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") not in {"", "0"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("migrationcenter")
    group.addoption(
        "--database",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="what the tests run on: a SQLite file, or a PostgreSQL that is started for them",
    )
    group.addoption(
        "--screenshots",
        type=Path,
        metavar="FOLDER",
        help="keep a picture of every page that tests/e2e/test_pages.py looks at, in both languages and themes",
    )
    group.addoption(
        "--servers",
        default="quick",
        metavar="KINDS",
        help='which mail servers the engine is tested against: "quick", "all", or names with commas between',
    )
    group.addoption(
        "--fault-schedules",
        type=int,
        default=21,
        metavar="N",
        help="how many random schedules of faults a sync has to survive; --hypothesis-profile=searching draws other ones",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Around everybody else's, because pytest-django reads the settings in its own."""
    until_the_end = ExitStack()
    early_config.add_cleanup(until_the_end.close)
    scratch = Path(tempfile.mkdtemp(prefix="migrationcenter-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    until_the_end.callback(shutil.rmtree, scratch, ignore_errors=True)
    os.environ |= _settings(scratch)
    if early_config.known_args_namespace.database == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{scratch}/db.sqlite3"
    elif not IN_XDIST_WORKER:  # they work in databases of their own in the same cluster
        os.environ["DATABASE_URL"] = until_the_end.enter_context(Postgres()).url("app")
    return (yield)


def _settings(scratch: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_SCRATCH": str(scratch),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "REDIS_URL": f"unix://{scratch}/valkey.sock",
        "HTTPS": "no",
        # Where nobody answers: the domains of examples belong to somebody.
        "DNS_RESOLVERS": "127.0.0.1",
        "DNS_PORT": "1",
        "PYTHONHASHSEED": "0",  # all processes of one run find the same tests in the same order
    }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test whose server is not installed is skipped, and says what would install it."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(NotInstalled) and not REQUIRE_ALL:
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, str(call.excinfo.value))
    return report
