"""Starts everything the demo consists of, and ends it again."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import django
from django.core.management import call_command
from django.urls import reverse

from migrationcenter.demo import valkey
from migrationcenter.demo.accounts import HOST, Ready, accounts_json
from migrationcenter.demo.children import Child, Children
from migrationcenter.demo.contoso import Contoso
from migrationcenter.demo.files import DemoFiles

WORKER_THREADS = "16"
ANSWER_TIMEOUT = 2.0  # seconds for the web server to answer, at first
ACCOUNTS, CERTIFICATE, AUTHORITY = "accounts.json", "server.pem", "ca.pem"
CODE = Path(__file__).resolve().parents[2]


class PortBusy(Exception):
    """Something else listens where the web server is to listen."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo."""

    files: DemoFiles
    contoso: Contoso
    children: Children
    mail: Child
    servers: Ready
    port: int

    @property
    def dns_port(self) -> str:
        return self.files.settings["DNS_PORT"]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def wait_for_web(self) -> None:
        """Until the first page can be asked for."""
        self.children.wait_until(lambda: _web_answers(self.port))

    def quiet(self) -> None:
        """From now on no new mail arrives at the old server."""
        self.mail.tell("quiet")
        self.mail.hear()


@contextmanager
def running(files: DemoFiles, contoso: Contoso, port: int) -> Iterator[Demo]:
    """Everything runs until the context is left, and Django is set up. Raises PortBusy and ChildEnded."""
    _claim(port)
    os.environ.update(files.settings, DJANGO_SETTINGS_MODULE="migrationcenter.demo.settings", LOG_LEVEL="WARNING")
    files.write(ACCOUNTS, accounts_json(contoso.source, contoso.target))
    files.write(CERTIFICATE, contoso.certificates.server)
    files.write(AUTHORITY, contoso.certificates.authority)  # for a person who wants to ask the servers something
    path = os.pathsep.join((str(CODE), os.environ.get("PYTHONPATH", "")))
    children = Children(files.logs, {**os.environ, "LOG_LEVEL": "INFO", "PYTHONPATH": path})
    try:
        yield _start(files, contoso, children, port)
    finally:
        children.end()


def _claim(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortBusy from error


def _start(files: DemoFiles, contoso: Contoso, children: Children, port: int) -> Demo:
    children.start("valkey", valkey.command(files.folder, files.valkey_socket))
    arguments = (str(files.folder / name) for name in (ACCOUNTS, CERTIFICATE))
    mail = children.start("mail servers", _python("migrationcenter.demo.servers", *arguments), pipes=True)
    _migrate()
    children.wait_until(lambda: valkey.answers(files.valkey_socket))
    _start_background(files, children)
    children.start("web", _web_command(port))
    return Demo(files, contoso, children, mail, Ready(**json.loads(mail.hear())), port)


def _migrate() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def _start_background(files: DemoFiles, children: Children) -> None:
    worker = ("worker", "--pool", "threads", "--concurrency", WORKER_THREADS, "--without-gossip", "--without-mingle")
    # Asked to end, it ends at once: what is under way is thrown away with the rest.
    children.start("worker", _celery(*worker), REMAP_SIGTERM="SIGQUIT")
    schedule = str(files.folder / "beat-schedule")
    children.start("beat", _celery("beat", "--schedule", schedule, "--pidfile", ""))


def _web_command(port: int) -> list[str]:
    where = ("--host", HOST, "--port", str(port), "--workers", "1")
    return _python(
        "granian", "--interface", "wsgi", "--blocking-threads", "32", *where, "migrationcenter.wsgi:application"
    )


def _celery(*arguments: str) -> list[str]:
    return _python("celery", "--app", "migrationcenter.celery", *arguments, "--loglevel", "INFO")


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _web_answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=ANSWER_TIMEOUT)
    try:
        connection.request("GET", reverse("core:healthz"))
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
