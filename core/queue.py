"""Nudges: "look at this" to the workers. The database knows what is to be done; a nudge that gets lost costs seconds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

# Seconds after which a nudge that no worker took is worth nothing: the next beat gives a new one.
STALE_AFTER = 60

_lost: ContextVar[list[str] | None] = ContextVar("lost", default=None)


@contextmanager
def noticing_lost() -> Iterator[list[str]]:
    """Collects the tasks that the broker did not take meanwhile, for whoever wants to tell a person."""
    lost: list[str] = []
    token = _lost.set(lost)
    try:
        yield lost
    finally:
        _lost.reset(token)


def publish(task: str, *args: Any) -> bool:
    """Whether the broker took it. A page never waits for one that is gone: one try, and the next beat makes up for it."""
    try:
        current_app.send_task(task, args=args, expires=STALE_AFTER, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("The broker can not be reached, %s waits for the next beat: %s", task, error)
        if (lost := _lost.get()) is not None:
            lost.append(task)
        return False
    return True
