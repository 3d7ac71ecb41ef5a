"""The servers that the tests start are real: each does what it is there for."""

from __future__ import annotations

import http.client
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from playwright.sync_api import Page

from core.models import Person
from migrationcenter.celery import app
from tests.conftest import PASSWORD
from tests.servers.axe import accessibility_faults
from tests.servers.installed import POSTGRES
from tests.servers.postgres import Postgres
from tests.servers.process import DidNotStart, Process, wait_until
from tests.servers.surroundings import ROOT, environment
from tests.servers.valkey import Valkey
from tests.servers.web import Web
from tests.servers.worker import Beat, Worker


def test_the_three_people_sign_in_with_their_password(
    administrator: Person, manager: Person, helpdesk: Person, stranger: Client
) -> None:
    for person in (administrator, manager, helpdesk):
        assert authenticate(username=person.username, password=PASSWORD) == person
    assert "_auth_user_id" not in stranger.session


def test_a_killed_valkey_starts_again_and_is_empty(valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set("greeting", "hello")
    valkey.kill()
    assert not valkey.answers()
    valkey.start()
    with valkey.client() as client:
        assert client.get("greeting") is None


def test_a_postgres_of_its_ownanswers_queries() -> None:
    with Postgres() as server:
        psql = Path(POSTGRES.path()).with_name("psql")
        asked = subprocess.run(
            [psql, "-h", server.folder, "-U", "migrationcenter", "-Atc", "select 6 * 7", "postgres"],
            capture_output=True,
            check=True,
        )
        assert asked.stdout == b"42\n"
    assert not server.folder.exists()


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_the_rows_of_the_test(administrator: Person) -> None:
    program = "import django; django.setup(); from core.models import Person; print(Person.objects.get().username)"
    asked = subprocess.run(
        [sys.executable, "-c", program], env=environment(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == administrator.username


def test_a_workeranswers_and_a_killed_one_does_not(worker: Worker, tmp_path: Path) -> None:
    with Worker(tmp_path, LEASE_SECONDS="2") as other:
        other.kill()
        with pytest.raises(TimeoutError):
            wait_until(other.answers, "the dead answer", seconds=1)
    wait_until(worker.answers, "the living answers")


def test_a_worker_starts_on_a_broker_that_was_gone(transactional_db: None, valkey: Valkey, tmp_path: Path) -> None:
    app.control.ping(timeout=0.1)
    valkey.kill()
    valkey.start()
    with Worker(tmp_path) as worker:
        wait_until(worker.answers, "it answers")


def test_beat_puts_work_into_the_queue(transactional_db: None, valkey: Valkey, tmp_path: Path) -> None:
    with Beat(tmp_path, RECONCILE_SECONDS="1"), valkey.client() as client:
        wait_until(lambda: client.llen("celery"), "reconcile is queued")


def test_the_web_server_serves_from_the_database_of_the_test(web: Web, administrator_client: Client) -> None:
    link = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    session = administrator_client.cookies["sessionid"].value
    link.request("GET", "/batches/", headers={"Cookie": f"sessionid={session}"})
    answer = link.getresponse()
    answer.read()
    link.close()
    assert answer.status == 200, web.log


def test_axe_finds_a_picture_without_words(page: Page) -> None:
    page.set_content("<html lang=en><title>Picture</title><main><h1>Picture</h1><img src='data:,'></main>")
    assert [fault.split(":")[0] for fault in accessibility_faults(page)] == ["image-alt"]


def test_a_browser_test_may_use_the_database(page: Page, administrator: Person) -> None:
    page.set_content(f"<p>{Person.objects.get().username}</p>")
    assert page.inner_text("p") == administrator.username


def test_a_program_that_ends_at_once_is_told_with_its_words(tmp_path: Path) -> None:
    process = Process(["sh", "-c", "echo no licence; exit 3"], log=tmp_path / "log")
    with pytest.raises(DidNotStart, match="no licence"):
        process.wait_until_ready(lambda: False)


def test_the_database_is_the_one_that_was_asked_for(pytestconfig: pytest.Config) -> None:
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[pytestconfig.getoption("database")]
