"""The database is emptied after a test that committed, and dropped at the end, while others may still work on it."""

from __future__ import annotations

import time

from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

PATIENCE_SECONDS = 60.0


def empty(operations: DatabaseOperations, statements: list[str]) -> None:
    """What Django does, except that it lets go and tries again before PostgreSQL would call it a deadlock.

    TRUNCATE locks one table after the other. Who holds one that is still to come may want one that is locked already; after
    ``deadlock_timeout``, a second, PostgreSQL fails one of the two, and that may be the product. Raises OperationalError
    when others were in the way for a minute.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with transaction.atomic(using=operations.connection.alias), operations.connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                for statement in statements:
                    cursor.execute(statement)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
        else:
            return


def send_others_away() -> None:
    """So that the database can be dropped, though the server has not noticed yet that a killed program is gone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
