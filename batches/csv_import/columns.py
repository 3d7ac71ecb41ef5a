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
# What exports of directories, portals and mail servers call the same thing, the surest first. Letters and digits only.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    EMAIL_ADDRESS: (
        *("primarysmtpaddress", "primarysmtp", "primaryemailaddress", "windowsemailaddress", "smtpaddress"),
        *("email", "mail", "emailadres", "primairemailadres", "mailadres", "mailaddress", "mailbox", "postvak"),
        *("emailprimarywork", "workemail", "emailadresse", "postbus", "address", "adres", "userprincipalname", "upn"),
    ),
    USER_NAME: (
        *("imapuser", "imapusername", "sourceuser", "sourceusername", "user", "login", "loginname", "logonname"),
        *("gebruikersnaam", "gebruiker", "inlognaam", "aanmeldnaam", "samaccountname", "account", "alias"),
        *("benutzername", "anmeldename"),
    ),
    PASSWORD: (
        *("imappassword", "sourcepassword", "pwd", "pass", "passwd", "wachtwoord", "initialpassword", "newpassword"),
        *("temporarypassword", "initieelwachtwoord", "tijdelijkwachtwoord", "paswoord", "kennwort", "passwort"),
    ),
    FORCE_CHANGE_PASSWORD: (
        *("changepassword", "forcechange", "mustchangepassword", "forcechangepasswordnextsignin"),
        *("changepasswordatnextsignin", "wachtwoordwijzigen"),
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a person says each column's values are, in files whose first line has exactly these ``names``."""

    names: tuple[str, ...]
    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Header:
    """``names`` as written, less blanks around them and less empty ones at the end; ``width`` counts those too.

    ``known`` gives each known column's position, ``meant`` the column that a misspelt name seems to stand for. Where a
    person has ``chosen`` the columns, names mean nothing, and the other columns are left out on purpose.
    """

    names: tuple[str, ...]
    width: int
    known: Mapping[str, int]
    meant: Mapping[int, str]
    chosen: bool = False

    @property
    def unknown(self) -> tuple[int, ...]:
        """Positions of the names that are no column of this type."""
        if self.chosen:
            return tuple(i for i in range(len(self.names)) if i not in self.known.values())
        known = {column.lower() for column in self.known}
        return tuple(i for i, name in enumerate(self.names) if name.lower() not in known)

    @property
    def repeated(self) -> tuple[int, ...]:
        """Positions where a known column stands once more."""
        if self.chosen:
            return ()
        elsewhere = {*self.unknown, *self.known.values()}
        return tuple(i for i in range(len(self.names)) if i not in elsewhere)

    @property
    def shown(self) -> frozenset[str]:
        """Columns whose values may be repeated to people: those that no part of a password can have slipped into,
        because only addresses, names, True and False stand before them."""
        columns = {i: column for column, i in self.positions(misspelt=True).items()}
        harmless = takewhile(
            lambda i: columns.get(i) in {EMAIL_ADDRESS, USER_NAME, FORCE_CHANGE_PASSWORD}, range(len(self.names))
        )
        return frozenset(columns[i] for i in harmless)

    def positions(self, *, misspelt: bool) -> Mapping[str, int]:
        """Where to find each column's values; with ``misspelt`` also under a name that only resembles the column's."""
        guessed = {column: i for i, column in self.meant.items()} if misspelt else {}
        return {**guessed, **self.known}


def match_header(cells: Sequence[str], migration_type: CsvType, choice: Choice | None = None) -> Header:
    """Names are compared without regard to case, and after blanks around them."""
    width = len(cells)
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = _known(names, migration_type)
    if choice and choice.names == tuple(names):
        return Header(choice.names, width, _chosen(choice, known, migration_type), {}, chosen=True)
    missing = [column for column in COLUMNS[migration_type] if column not in known]
    return Header(tuple(names), width, known, _meant(names, known, missing))


def _known(names: Sequence[str], migration_type: CsvType) -> dict[str, int]:
    lowered = [name.lower() for name in names]
    return {column: lowered.index(column.lower()) for column in COLUMNS[migration_type] if column.lower() in lowered}


def _chosen(choice: Choice, known: Mapping[str, int], migration_type: CsvType) -> dict[str, int]:
    """UserRoot counts although nobody chooses it: left out of account it would copy somebody else's mailbox."""
    chosen = {column: i for column, i in choice.positions.items() if column in COLUMNS[migration_type]}
    return chosen | ({USER_ROOT: known[USER_ROOT]} if USER_ROOT in known else {})


def _meant(names: Sequence[str], known: Mapping[str, int], missing: Sequence[str]) -> dict[int, str]:
    """For each missing column the name that stands for it most surely."""
    letters = {i: _letters(name) for i, name in enumerate(names[:_MAX_GUESSED]) if i not in known.values()}
    meant: dict[int, str] = {}
    for column in missing:
        free = {i: text for i, text in letters.items() if i not in meant}
        if (i := _resembling(free, column)) is not None:
            meant[i] = column
    return dict(sorted(meant.items()))


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _resembling(names: Mapping[int, str], column: str) -> int | None:
    """The position of another spelling of ``column`` ("Email Address", "Pasword"), or of another word for it."""
    spelt = get_close_matches(column.lower(), [text for text in names.values() if text], n=1, cutoff=0.8)
    for wanted in (*spelt, *_OTHER_NAMES.get(column, ())):
        for i, text in names.items():
            if text == wanted:
                return i
    return None
