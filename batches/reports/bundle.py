"""The diagnostics bundle: what who is to help asks for, in one file, without passwords, keys, subjects or mail."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import distributions
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import BinaryField, Model

from batches.models import LogLine, MigrationBatch, StatusChange
from batches.reports import errors
from batches.reports.table import AT_ONCE
from core import recent_log
from core.as_text import Cell, Row, csv_lines, time_in_words
from core.fields import EncryptedTextField
from core.health import health, workers_that_answer
from core.version import VERSION
from core.zipped import zipped
from endpoints.models import AvailabilityTest, Complaint, MigrationEndpoint

MOST_ROWS = 10_000  # of each kind, the newest where there is an order
MODELS: dict[str, type[Model]] = {
    "endpoints.csv": MigrationEndpoint,
    "availability-tests.csv": AvailabilityTest,
    "complaints.csv": Complaint,
    "batches.csv": MigrationBatch,
    "status-changes.csv": StatusChange,
}
README = """Diagnostics of Migration Center, made {made}. Times are in UTC.

No password, no key, no mail and no subject is in here. Names of people, servers and folders are, and what servers said:
give it only to whom you trust with that.

versions.json            of this program, its libraries, Python and the database
settings.json            what the environment says; secrets only as "(set)"
health.json              whether database, broker and workers answer, and how many rows there are of each kind
endpoints.csv, availability-tests.csv, complaints.csv, batches.csv
failures.csv             every mailbox with an error: the sentence of the page, and the server's words
status-changes.csv       the newest moves of mailboxes
mailbox-log.txt          the newest lines of the reports of all mailboxes
server-log.txt           what the web server that made this file logged last; the workers' own output says what they did
"""


def bundle(now: datetime) -> Iterator[bytes]:
    """A ZIP from its beginning."""
    return zipped((name, map(str.encode, lines)) for name, lines in _entries(now))


def _entries(now: datetime) -> Iterator[tuple[str, Iterable[str]]]:
    yield "README.txt", [README.format(made=time_in_words(now))]
    yield "versions.json", _json(_versions())
    yield "settings.json", _json(settings.SETTINGS_WITHOUT_SECRETS)
    yield "health.json", _json({**health(), "workers": workers_that_answer(), "rows": _counts()})
    for name, model in MODELS.items():
        yield name, csv_lines(_columns(model), _rows(model))
    yield "failures.csv", csv_lines(errors.COLUMNS, islice(errors.failures(None), MOST_ROWS))
    yield "mailbox-log.txt", _mailbox_log()
    yield "server-log.txt", _server_log()


def _json(value: Any) -> list[str]:
    return [json.dumps(value, indent=2, sort_keys=True, default=str)]


def _versions() -> dict[str, Any]:
    with connection.cursor():  # opens the connection that knows
        version = connection.get_database_version()
    return {
        "migrationcenter": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "database": f"{connection.vendor} {'.'.join(map(str, version))}",
        "packages": {found.name: found.version for found in distributions()},
    }


def _counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def _columns(model: type[Model]) -> list[str]:
    """What is encrypted is secret; what is binary is nobody's business."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if not isinstance(field, EncryptedTextField | BinaryField)]


def _rows(model: type[Model]) -> Iterator[Row]:
    newest = model._default_manager.order_by("-pk").values_list(*_columns(model))
    for row in newest[:MOST_ROWS].iterator(AT_ONCE):
        yield tuple(map(_cell, row))


def _cell(value: Any) -> Cell:
    return value if isinstance(value, str | int | datetime | None) else json.dumps(value, default=str)


def _server_log() -> Iterator[str]:
    yield f"What the web server (process {os.getpid()}) has logged since {time_in_words(recent_log.since)}, the newest last:\n"
    yield from (f"{line}\n" for line in list(recent_log.lines) or ["Nothing."])


def _mailbox_log() -> Iterator[str]:
    newest = LogLine.objects.order_by("-pk").values_list("at", "user__address", "text")[:MOST_ROWS]
    for at, address, text in newest.iterator(AT_ONCE):
        yield f"{time_in_words(at)} {address} {text}\n"
