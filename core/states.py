"""State machines: a graph as data, and one guarded write that moves a row along it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

Graph = Mapping[str, frozenset[str]]


class StaleState(Exception):
    """Somebody else was faster: the row no longer has the status that it was read with. Nothing was written."""


class ForbiddenMove(Exception):
    """The graph has no such edge: a mistake in the program, not of a person."""


def guarded_move(row: models.Model, new: str, *, graph: Graph, field: str = "status", **changes: Any) -> str:
    """Move ``row`` to ``new`` if it still has the status that it was read with; other fields change in the same write.

    Returns the old status. Raises ForbiddenMove if the graph has no such edge, StaleState if the row has moved meanwhile.
    """
    old = getattr(row, field)
    if new not in graph.get(old, frozenset()):
        raise ForbiddenMove(f"{row._meta.model_name} {row.pk}: {old} -> {new}")
    rows = type(row)._default_manager.filter(pk=row.pk, **{field: old})
    if rows.update(**{field: new}, **changes) != 1:
        raise StaleState(f"{row._meta.model_name} {row.pk}: no longer {old}")
    for name, value in {field: new, **changes}.items():
        setattr(row, name, value)
    return str(old)
