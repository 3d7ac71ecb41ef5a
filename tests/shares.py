"""With what each worker of a parallel run begins: what takes long, so that the last tests to run are short ones.

Workers begin with equal parts of all tests in their order; who has none left takes from the end of somebody else's part.
Each part begins with tests that drive the same kind of system, which is started once for them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

LONG = (
    ("tests/e2e/test_pages.py", "tests/e2e/test_roles.py", "tests/e2e/test_without_script.py"),
    ("tests/e2e/",),
    ("tests/migrationcenter/", "tests/servers/", "tests/bench/", "tests/batches/test_worker.py"),
)


@pytest.hookimpl(trylast=True)  # Django's plugin has an order of its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    number = {item.nodeid: place for place, item in enumerate(items)}
    shared = shared_out(list(number), workers)
    items[:] = [items[number[name]] for name in shared]


def shared_out(names: Sequence[str], workers: int) -> list[str]:
    """The same names, in the order of the parts; each part begins with its share of the long ones."""
    parts: list[list[str]] = [[] for _ in range(workers)]
    short: list[str] = []
    for name in names:
        kind = next((kind for kind, long in enumerate(LONG) if name.startswith(long)), None)
        (short if kind is None else parts[kind % workers]).append(name)
    shared: list[str] = []
    for left, part in zip(range(workers, 0, -1), parts, strict=True):
        room = max(0, (len(names) - len(shared)) // left - len(part))
        shared += [*part, *short[:room]]
        short = short[room:]
    return [*shared, *short]
