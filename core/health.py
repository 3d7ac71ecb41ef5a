"""Whether what the web server needs can be reached."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def health() -> dict[str, bool]:
    """For each thing that pages and commands need: whether it answers just now."""
    return {"database": database_answers(), "broker": broker_answers()}


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


def broker_answers() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer: %s", error)
        return False
    return True


def workers_that_answer() -> list[str]:
    """The names of the workers that answer within a second. It asks them by way of the broker."""
    if not broker_answers():
        return []
    try:
        return sorted(current_app.control.inspect(timeout=1).ping() or {})
    except (OperationalError, OSError) as error:
        logger.warning("The workers could not be asked: %s", error)
        return []
