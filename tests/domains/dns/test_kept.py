"""What is kept of a check comes back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from json import dumps, loads

from domains.dns.kept import from_json, to_json


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    colour: Colour
    at: datetime | None = None


@dataclass(frozen=True)
class Outer:
    name: str
    inner: Inner | None
    many: tuple[Inner, ...] = ()
    hosts: tuple[str, ...] | None = None
    count: int = 0


AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_all_that_is_kept_comes_back() -> None:
    thing = Outer("a", Inner(Colour.RED), (Inner(Colour.RED, AT),), ("b",), 3)
    assert from_json(Outer, loads(dumps(to_json(thing)))) == thing
    assert from_json(Outer, to_json(Outer("a", None))) == Outer("a", None)


def test_a_colour_is_a_colour_again_and_not_its_name() -> None:
    assert from_json(Inner, {"colour": "red", "at": None}).colour is Colour.RED


def test_what_was_kept_before_a_field_was_added_gets_its_default() -> None:
    assert from_json(Outer, {"name": "a", "inner": None, "gone": 1}) == Outer("a", None)
