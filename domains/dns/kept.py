"""Dataclasses as JSON and back: what the database keeps of a check."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(thing: Any) -> Any:
    """Of dataclasses, tuples, StrEnums and aware moments; moments become ISO 8601 text."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: to_json(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, tuple):
        return [to_json(each) for each in thing]
    if isinstance(thing, datetime):
        return thing.isoformat()
    return str(thing) if isinstance(thing, StrEnum) else thing


def from_json(kind: type[T], data: Any) -> T:
    """The dataclass ``kind`` again. What was kept before a field existed gets the field's default."""
    return typing.cast(T, _reader(typing.cast(Any, kind))(data))


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of the type ``hint`` of its JSON."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_reader(hint)
    if typing.get_origin(hint) is tuple:
        of_each = _reader(typing.get_args(hint)[0])
        return lambda data: tuple(map(of_each, data))
    if isinstance(hint, types.UnionType):
        some = _reader(typing.get_args(hint)[0])
        return lambda data: None if data is None else some(data)
    if isinstance(hint, type) and issubclass(hint, datetime):
        return datetime.fromisoformat
    return typing.cast(
        Callable[[Any], Any], hint if isinstance(hint, type) and issubclass(hint, StrEnum) else _as_it_is
    )


def _dataclass_reader(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}
    return lambda data: kind(**{name: read(data[name]) for name, read in readers.items() if name in data})


def _as_it_is(data: Any) -> Any:
    return data
