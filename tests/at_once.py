"""The same thing done by several people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Done = TypeVar("Done")


def at_once(do: Callable[[], Done], *, times: int) -> list[Done]:
    """What each of them got; raises what went wrong for any. Each has a connection to the database that stands before."""
    begin = Barrier(times, timeout=60)

    def do_it(_: int) -> Done:
        connection.ensure_connection()
        begin.wait()
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [*pool.map(do_it, range(times))]
