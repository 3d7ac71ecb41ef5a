"""What somebody has ticked in a grid, as the form beside it sends it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

LONGEST = 18  # digits of a primary key that every database takes


@dataclass(frozen=True, slots=True)
class Selection:
    """The ``keys`` of the ticked rows, or with ``everything`` whatever matches the list's own query string ``query``."""

    keys: frozenset[int]
    everything: bool
    query: QueryDict

    @classmethod
    def of(cls, posted: QueryDict) -> Selection:
        """``selected`` holds a key, or several with commas between them; what is no key is passed over."""
        words = [word for value in posted.getlist("selected") for word in value.split(",")]
        keys = frozenset(int(word) for word in words if word.isdecimal() and len(word) <= LONGEST)
        return cls(keys, bool(posted.get("everything")), QueryDict(posted.get("filter", "")))
