"""Who operates the app: ``python -m bench.operator FOLDER`` makes the database, starts worker and beat, and does what it is asked.

It says READY once worker and beat run, so that their start is nobody's time. A line of JSON that names both servers and
the mailboxes becomes a batch that is started; the same mailboxes once more mean "sync now". The answer says what it took:
wall seconds, the worker's CPU seconds, its peak memory in MB.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from batches.csv_import import CsvRow  # noqa: E402
from batches.models import BatchDraft, MigrationBatch, StartMode  # noqa: E402
from batches.services import create_batch, start_batch, sync_now  # noqa: E402
from batches.states import UserStatus  # noqa: E402
from bench.app import READY  # noqa: E402
from bench.rendering import PASSWORD  # noqa: E402
from core.models import OrganizationSettings  # noqa: E402
from endpoints.models import MigrationEndpoint, Security, SignIn  # noqa: E402
from tests.servers.worker import Beat, Worker  # noqa: E402

PATIENCE = 600.0  # seconds
LOOK_EVERY = 0.05  # seconds; asking and answering takes one or two thousandths
FAILED = (UserStatus.FAILED, UserStatus.STOPPED)


def main(folder: Path) -> None:
    call_command("migrate", verbosity=0)
    OrganizationSettings(verified_domains_only=False).save()  # nobody asks the DNS here
    with Worker(folder) as worker, Beat(folder):
        print(READY, flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), worker)), flush=True)


def answer(order: dict[str, Any], worker: Worker) -> list[float] | str:
    """What it took, or what went wrong."""
    jobs = order["jobs"]
    name = f"{jobs[0][1]} {len(jobs)}"[:64]
    batch = MigrationBatch.objects.filter(name=name).first()
    command: Callable[..., object] = sync_now if batch else start_batch
    batch = batch or _described(name, order)
    began, before, started = timezone.now(), _cpu(worker), time.perf_counter()
    command(batch, by=None)
    while left := _left(batch, began):
        if left["failed"] or time.perf_counter() - started > PATIENCE:
            failed = batch.users.filter(status__in=FAILED).first()
            return f"mailboxes are left: {left}; {failed}: {failed and failed.error_words}; {worker.log[-2000:]}"
        time.sleep(LOOK_EVERY)
    return [time.perf_counter() - started, _cpu(worker) - before, _peak(worker)]


def _left(batch: MigrationBatch, since: datetime) -> dict[str, int]:
    """How many mailboxes are not synced and free again, and how many of them never will be; empty if all are."""
    not_yet = Q(last_synced_at__isnull=True) | Q(last_synced_at__lt=since) | ~Q(lease="")
    left = batch.users.aggregate(left=Count("pk", filter=not_yet), failed=Count("pk", filter=Q(status__in=FAILED)))
    return left if left["left"] else {}


def _described(name: str, order: dict[str, Any]) -> MigrationBatch:
    """As the wizard leaves it, not started."""
    endpoints = [_endpoint(f"{host}:{port}", host, port, order["parallel"]) for host, port in order["sides"]]
    settings = BatchDraft(name=name, source=endpoints[0], target=endpoints[1], csv_name="bench.csv")
    rows = [CsvRow(line, new, old, PASSWORD) for line, (old, new) in enumerate(order["jobs"], 2)]
    batch = create_batch(by=None, settings=settings, rows=rows, start=StartMode.MANUAL)
    batch.users.update(source_password=PASSWORD)
    return batch


def _endpoint(name: str, host: str, port: int, parallel: int) -> MigrationEndpoint:
    fields = {
        "server": host,
        "port": port,
        "security": Security.NONE,
        "sign_in": SignIn.USER,
        "max_concurrent_migrations": parallel,
        "max_concurrent_incremental_syncs": parallel,
    }
    return MigrationEndpoint.objects.update_or_create(name=name, defaults=fields)[0]


def _cpu(worker: Worker) -> float:
    fields = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(worker: Worker) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker.pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
