"""The columns of a CSV file for each migration type, and how a header is matched to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from typing import Literal

CsvType = Literal["staged", "imap"]

EMAIL_ADDRESS = "EmailAddress"
USER_NAME = "UserName"
PASSWORD = "Password"  # noqa: S105 - a column, no secret
FORCE_CHANGE_PASSWORD = "ForceChangePassword"  # noqa: S105
USER_ROOT = "UserRoot"

COLUMNS: Mapping[CsvType, tuple[str, ...]] = {
    "staged": (EMAIL_ADDRESS, PASSWORD, FORCE_CHANGE_PASSWORD),
    "imap": (EMAIL_ADDRESS, USER_NAME, PASSWORD, USER_ROOT),
}
REQUIRED: Mapping[CsvType, tuple[str, ...]] = {
    "staged": (EMAIL_ADDRESS,),
    "imap": (EMAIL_ADDRESS, USER_NAME, PASSWORD),
}
# Comparing names takes its time, and no list of mailboxes has as many columns.
_MAX_GUESSED = 100
# What exports of directories and mail servers call the same thing.
_OTHER_NAMES = {
    "email": EMAIL_ADDRESS,
    "mail": EMAIL_ADDRESS,
    "address": EMAIL_ADDRESS,
    "primarysmtpaddress": EMAIL_ADDRESS,
    "emailadres": EMAIL_ADDRESS,
    "user": USER_NAME,
    "login": USER_NAME,
    "gebruikersnaam": USER_NAME,
    "pwd": PASSWORD,
    "wachtwoord": PASSWORD,
    "changepassword": FORCE_CHANGE_PASSWORD,
}


@dataclass(frozen=True, slots=True)
class Header:
    """``names`` as written, less blanks around them and less empty ones at the end; ``width`` counts those too.

    ``known`` gives each known column's position, ``meant`` the column that a misspelt name seems to stand for.
    """

    names: tuple[str, ...]
    width: int
    known: Mapping[str, int]
    meant: Mapping[int, str]

    @property
    def unknown(self) -> tuple[int, ...]:
        """Positions of the names that are no column of this type."""
        known = {column.lower() for column in self.known}
        return tuple(i for i, name in enumerate(self.names) if name.lower() not in known)

    @property
    def repeated(self) -> tuple[int, ...]:
        """Positions where a known column stands once more."""
        elsewhere = {*self.unknown, *self.known.values()}
        return tuple(i for i in range(len(self.names)) if i not in elsewhere)

    @property
    def shown(self) -> frozenset[str]:
        """Columns whose values may be repeated to people: those that no part of a password can have slipped into,
        because only addresses and names stand before them."""
        columns = {i: column for column, i in self.known.items()}
        harmless = takewhile(lambda i: columns.get(i) in {EMAIL_ADDRESS, USER_NAME}, range(len(self.names)))
        return frozenset(columns[i] for i in harmless)

    def positions(self, *, misspelt: bool) -> Mapping[str, int]:
        """Where to find each column's values; with ``misspelt`` also under a name that only resembles the column's."""
        guessed = {column: i for i, column in self.meant.items()} if misspelt else {}
        return {**guessed, **self.known}


def match_header(cells: Sequence[str], migration_type: CsvType) -> Header:
    """Names are compared without regard to case, and after blanks around them."""
    width = len(cells)
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    lowered = [name.lower() for name in names]
    known = {column: lowered.index(column.lower()) for column in COLUMNS[migration_type] if column.lower() in lowered}
    missing = [column for column in COLUMNS[migration_type] if column not in known]
    return Header(tuple(names), width, known, _meant(names, known, missing))


def _meant(names: Sequence[str], known: Mapping[str, int], missing: Sequence[str]) -> dict[int, str]:
    meant: dict[int, str] = {}
    for i, name in enumerate(names[:_MAX_GUESSED]):
        candidates = [column for column in missing if column not in meant.values()]
        if i not in known.values() and (column := _resembling(name, candidates)):
            meant[i] = column
    return meant


def _resembling(name: str, candidates: Sequence[str]) -> str:
    """The candidate that ``name`` is another spelling of ("Email Address", "Pasword", "wachtwoord"), or ""."""
    letters = re.sub(r"[\W_]", "", name.lower())
    if _OTHER_NAMES.get(letters) in candidates:
        return _OTHER_NAMES[letters]
    by_letters = {column.lower(): column for column in candidates}
    closest = get_close_matches(letters, by_letters, n=1, cutoff=0.8)
    return by_letters[closest[0]] if closest else ""
