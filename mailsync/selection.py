"""Which messages of a mailbox are migrated. Pure: a listing in, the folders that count out; a date in, yes or no out.

A selection may change between two runs. What it newly names is copied by the next one; what it no longer names stays on
the target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from mailsync.folders import same_name
from mailsync.model import Folder, Path
from mailsync.well_known import NAMES, find_well_known


class WrongPattern(ValueError):
    """A folder pattern that means nothing. ``code``: empty_name, wildcard, well_known (no such name)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


class Pattern(NamedTuple):
    """A folder, or a folder and everything below it. ``levels`` are relative to a ``well_known`` folder if one is named."""

    text: str
    well_known: str
    levels: Path
    children: bool

    def matches(self, listing: Iterable[Folder]) -> set[Path]:
        """The folders of ``listing`` that it names."""
        folders = list(listing)
        places = find_well_known(self.well_known, folders) if self.well_known else {()}
        bases = {same_name((*place, *self.levels)) for place in places}
        return {folder.path for folder in folders if any(self._is_at(base, folder.path) for base in bases)}

    def _is_at(self, base: Path, path: Path) -> bool:
        like = same_name(path)
        return like == base or (self.children and like[: len(base)] == base)


def parse_pattern(text: str) -> Pattern:
    r"""From ``Projects/2009``, ``Projects/*`` (with everything below), ``#Inbox#/*`` (whatever its language).

    Levels are separated by ``/`` on every server, capitals do not matter. ``*`` only stands alone at the end. A backslash
    takes the meaning from the character after it: ``\#Notes\#`` is a folder whose name has these signs, ``A\/B`` one level.
    Raises WrongPattern.
    """
    levels = [*_split(text.strip())]
    children = len(levels) > 1 and levels[-1] == ["*"]
    levels = levels[:-1] if children else levels
    if any(not level for level in levels):
        raise WrongPattern("empty_name", text)
    if any("*" in level for level in levels):
        raise WrongPattern("wildcard", text)
    well_known = ""
    if levels[0][0] == levels[0][-1] == "#" and len(levels[0]) > 1:
        well_known = "".join(levels.pop(0)[1:-1]).lower()
        if well_known not in NAMES:
            raise WrongPattern("well_known", text)
    return Pattern(text.strip(), well_known, tuple("".join(map(_plain, level)) for level in levels), children)


def _split(text: str) -> Iterator[list[str]]:
    r"""Levels as lists of characters, an escaped one as ``\`` and itself."""
    level: list[str] = []
    characters = iter(text)
    for character in characters:
        if character == "/":
            yield level
            level = []
        else:
            level.append(character + next(characters, "") if character == "\\" else character)
    yield level


def _plain(character: str) -> str:
    return character[1:] if len(character) > 1 else character


EVERY_FOLDER = (parse_pattern("#Root#/*"),)
RECENT = (parse_pattern("#Inbox#"), parse_pattern("#SentItems#"))


class Selection(NamedTuple):
    """``include`` names the folders that are migrated (none: all), ``exclude`` takes some of them away again.

    ``received_from`` is the first moment of receipt (INTERNALDATE) that counts, ``received_until`` the first that does
    not any more. ``deleted``: whether messages flagged ``\\Deleted`` are migrated. ``within`` narrows the folders once more.
    """

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    received_from: datetime | None = None
    received_until: datetime | None = None
    deleted: bool = True
    within: tuple[Pattern, ...] = ()

    def recent(self, since: datetime) -> Selection:
        """Of the same messages those in Inbox and Sent Items that were received from ``since`` on: what people miss first."""
        first = max(filter(None, (self.received_from, since)))
        return self._replace(received_from=first, within=RECENT)

    def folders(self, listing: list[Folder]) -> list[Folder]:
        """Those of ``listing`` that are migrated."""

        def named(patterns: tuple[Pattern, ...]) -> set[Path]:
            return {path for pattern in patterns for path in pattern.matches(listing)}

        wanted = named(self.include or EVERY_FOLDER) & named(self.within or EVERY_FOLDER)
        wanted -= named(self.exclude)
        return [folder for folder in listing if folder.path in wanted]

    def unmatched(self, listing: list[Folder]) -> tuple[str, ...]:
        """The patterns that name no folder of ``listing``, as written: perhaps a slip of the pen."""
        return tuple(pattern.text for pattern in (*self.include, *self.exclude) if not pattern.matches(listing))

    @property
    def by_date(self) -> bool:
        return bool(self.received_from or self.received_until)

    @property
    def key(self) -> str:
        """Equal for selections that take the same messages out of a folder; empty where they take all."""
        dates = (f"{date.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if date else "" for date in self._dates)
        parts = [*dates, "" if self.deleted else "without deleted"]
        return ";".join(parts) if any(parts) else ""

    @property
    def _dates(self) -> tuple[datetime | None, datetime | None]:
        return self.received_from, self.received_until

    def takes_date(self, received: datetime | None) -> bool:
        """A message whose date can not be read is migrated: rather one too many than one lost."""
        if received is None:
            return True
        after = self.received_from is None or received >= self.received_from
        return after and (self.received_until is None or received < self.received_until)


EVERYTHING = Selection()
