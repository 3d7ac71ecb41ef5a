from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.management.sql import sql_flush
from django.db import connection, connections, transaction

from core.models import Person
from tests.servers.process import wait_until


def the_database_is_being_emptied() -> bool:
    """Seen by its waiting for us, on PostgreSQL; on SQLite readers are in nobody's way."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def read_backwards(begun: Event) -> int:
    """Hold the table that is emptied last in one transaction, and want all others when these are locked already."""
    emptied = " ".join(sql_flush(no_style(), connection))
    models = sorted(apps.get_models(), key=lambda model: emptied.find(f'"{model._meta.db_table}"'), reverse=True)
    try:
        with transaction.atomic():
            models[0]._base_manager.exists()
            begun.set()
            wait_until(the_database_is_being_emptied, "the database is being emptied")
            return sum(1 for model in models if model._base_manager.count() >= 0)
    finally:
        begun.set()
        connections.close_all()


@pytest.mark.usefixtures("transactional_db")
def test_who_reads_while_the_database_is_emptied_is_not_hurt() -> None:
    Person.objects.create_user(username="briant")
    begun = Event()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_backwards, begun)
        begun.wait()
        call_command("flush", interactive=False, verbosity=0)
        assert reading.result() > 30
    assert not Person.objects.exists()
