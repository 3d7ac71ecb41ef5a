"""The company of the demo: its accounts and certificates, and the CSV files that name who moves when."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from migrationcenter.demo.accounts import HOST, Accounts
from migrationcenter.demo.certificates import Certificates, issue
from migrationcenter.demo.people import PEOPLE, Person

ADMINISTRATOR = "migadmin"
HEADER = ("EmailAddress", "Password", "ForceChangePassword")
LATER = 4  # people at the end of the list who are left for a second batch, to try the wizard with
FIRST_WAVE, SECOND_WAVE = PEOPLE[:-LATER], PEOPLE[-LATER:]


@dataclass(frozen=True, slots=True)
class Contoso:
    source: Accounts
    target: Accounts
    certificates: Certificates

    @classmethod
    def invent(cls) -> Contoso:
        """With new passwords for everybody."""
        return cls(Accounts(_passwords(), ADMINISTRATOR, new_password()), Accounts(_passwords()), issue(HOST))

    def csv(self, people: Sequence[Person]) -> str:
        """The file of a staged migration: the password is that of the new mailbox."""
        text = io.StringIO()
        rows = ((person.address, self.target.passwords[person.address], "False") for person in people)
        csv.writer(text).writerows((HEADER, *rows))
        return text.getvalue()


def new_password() -> str:
    return secrets.token_urlsafe(12)


def _passwords() -> dict[str, str]:
    return {person.address: new_password() for person in PEOPLE}
