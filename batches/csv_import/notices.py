"""What does not keep a file from being used, but is worth a look before the batch is made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext, ngettext

from batches.csv_import.addresses import domain_of, fault_in_address
from batches.csv_import.columns import USER_NAME, CsvType, Header
from batches.csv_import.problems import DELIMITER_NAMES, shorten
from batches.csv_import.rows import CsvRow

_VALUES_NAMED = 10
_MAILBOXES_NAMED = 5
_USUAL_PASSWORD = 8  # the least that Microsoft 365 gives a new mailbox; other servers have rules of their own


def notices(
    rows: Sequence[CsvRow],
    header: Header,
    encoding: str,
    delimiter: str,
    *,
    migration_type: CsvType,
    unknown_allowed: bool,
) -> Iterator[str]:
    """Sentences. ``rows`` are those without problems."""
    if encoding == "Windows-1252":
        yield _of_accents(rows)
    if (unknown_allowed or header.chosen) and header.unknown:
        names = _listed([f"“{shorten(header.names[i])}”" for i in header.unknown])
        yield gettext("These columns are not used: %(names)s.") % {"names": names}
        yield from _look_alikes(header)
    if delimiter != ",":
        yield gettext("The columns are separated by %(delimiter)s. Check below that they were read correctly.") % {
            "delimiter": DELIMITER_NAMES.get(delimiter, f"“{delimiter}”")
        }
    yield from _addresses_as_passwords(rows)
    yield from _blanks_in_passwords(rows)
    if migration_type == "staged":
        yield from _missing_passwords(rows)
        yield from _short_passwords(rows)
    if USER_NAME in header.known:
        yield from _shared_mailboxes(rows)


def of_unverified(rows: Sequence[CsvRow], domains: Collection[str]) -> Iterator[str]:
    """Where the organization lets mailboxes of domains in that are not verified, it is told which."""
    for domain in sorted(domains)[:_MAILBOXES_NAMED]:
        number = sum(domain_of(row.address) == domain for row in rows)
        yield ngettext(
            "%(domain)s is not verified, and %(number)s mailbox of it is in the file. Verify the domain before its mail "
            "goes to the new system.",
            "%(domain)s is not verified, and %(number)s mailboxes of it are in the file. Verify the domain before its mail "
            "goes to the new system.",
            number,
        ) % {"domain": domain, "number": number}


def _look_alikes(header: Header) -> Iterator[str]:
    for i, column in header.meant.items():
        yield gettext("Column “%(name)s” is ignored. If it was meant to be %(column)s, correct its name.") % {
            "name": shorten(header.names[i]),
            "column": column,
        }


def _addresses_as_passwords(rows: Sequence[CsvRow]) -> Iterator[str]:
    passwords = [row.password for row in rows if row.password]
    if passwords and not any(fault_in_address(password) for password in passwords):
        yield gettext("Every password is a mail address. Look whether the column of the passwords is the right one.")


def _of_accents(rows: Sequence[CsvRow]) -> str:
    """Passwords are not shown, so nobody can see whether they were read right."""
    lines = [row.line for row in rows if not row.password.isascii()]
    if not lines:
        return gettext(
            "The file is not Unicode and was read as Windows-1252. Look whether names with accents are right; if they "
            "are not, save it as “CSV UTF-8 (Comma delimited)” and upload it again."
        )
    return ngettext(
        "The file is not Unicode and was read as Windows-1252. The password on line %(lines)s has letters with accents or "
        "other special characters: to be sure that it is right, save the file as “CSV UTF-8 (Comma delimited)” and upload "
        "it again.",
        "The file is not Unicode and was read as Windows-1252. The passwords on lines %(lines)s have letters with accents "
        "or other special characters: to be sure that they are right, save the file as “CSV UTF-8 (Comma delimited)” and "
        "upload it again.",
        len(lines),
    ) % {"lines": _listed(lines)}


def _missing_passwords(rows: Sequence[CsvRow]) -> Iterator[str]:
    """Of a file that has some. Whether the target needs them is known when it has been chosen."""
    lines = [row.line for row in rows if not row.password]
    if lines and len(lines) < len(rows):
        yield ngettext(
            "Line %(lines)s has no password, other lines have one. Look whether it was forgotten.",
            "Lines %(lines)s have no password, other lines have one. Look whether they were forgotten.",
            len(lines),
        ) % {"lines": _listed(lines)}


def _blanks_in_passwords(rows: Sequence[CsvRow]) -> Iterator[str]:
    lines = [row.line for row in rows if row.password != row.password.strip()]
    if lines:
        yield ngettext(
            "The password on line %(lines)s begins or ends with a space. The space is kept as a part of it.",
            "The passwords on lines %(lines)s begin or end with a space. The spaces are kept as a part of them.",
            len(lines),
        ) % {"lines": _listed(lines)}


def _short_passwords(rows: Sequence[CsvRow]) -> Iterator[str]:
    lines = [row.line for row in rows if 0 < len(row.password) < _USUAL_PASSWORD]
    if lines:
        yield ngettext(
            "The password on line %(lines)s is shorter than %(limit)s characters, the least that Microsoft 365 accepts. "
            "Look whether it is complete, and whether the target takes it.",
            "The passwords on lines %(lines)s are shorter than %(limit)s characters, the least that Microsoft 365 "
            "accepts. Look whether they are complete, and whether the target takes them.",
            len(lines),
        ) % {"lines": _listed(lines), "limit": _USUAL_PASSWORD}


def _shared_mailboxes(rows: Sequence[CsvRow]) -> Iterator[str]:
    """An administrator's name without the user in it signs every row in to the same mailbox."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        lines.setdefault(row.user_name.lower(), []).append(row.line)
    shared = [(name, numbers) for name, numbers in lines.items() if len(numbers) > 1]
    for name, numbers in shared[:_MAILBOXES_NAMED]:
        yield gettext(
            "The rows on lines %(lines)s sign in to the same source mailbox (“%(name)s”), so each of their targets "
            "gets the same mail. Look whether that is meant."
        ) % {"lines": _listed(numbers), "name": shorten(name)}


def _listed(values: Sequence[object]) -> str:
    named = ", ".join(str(value) for value in values[:_VALUES_NAMED])
    return named + ("" if len(values) <= _VALUES_NAMED else ", …")
