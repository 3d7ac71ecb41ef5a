"""Many rows in parts of a size that one statement takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

MANY = 500  # databases limit the parameters of a statement

T = TypeVar("T")


def in_parts(rows: Iterable[T], many: int = MANY) -> Iterator[list[T]]:
    remaining = iter(rows)
    while part := list(islice(remaining, many)):
        yield part
