"""Which column of a file holds what: names that are not ours are read as a person says."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.csv_import import CsvResult, CsvType
from batches.csv_import.columns import COLUMNS, REQUIRED, USER_ROOT
from batches.csv_import.problems import shorten

HINTS = {
    "EmailAddress": gettext_lazy("The address of the mailbox on the target."),
    "UserName": gettext_lazy("The name that signs in to the mailbox on the source."),
    "Password": gettext_lazy("Only what is chosen here, or named so in the file, is taken for a password."),
    "ForceChangePassword": gettext_lazy("True or False: whether the user has to choose a new password."),
}
PREFIX = "column-"


def column_fields(file: CsvResult, migration_type: CsvType) -> dict[str, forms.Field]:
    """A choice for each of our columns among those of ``file``; what it resembles is proposed."""
    names = [(str(i), _label(i, file)) for i in range(len(file.header))]
    read = {**file.proposed, **file.columns}
    return {
        PREFIX + column: forms.ChoiceField(
            label=column,
            required=False,
            choices=[("", _("Not in the file")), *names],
            initial=str(read.get(column, "")),
            help_text=HINTS[column],
        )
        for column in COLUMNS[migration_type]
        if column != USER_ROOT
    }


def _label(position: int, file: CsvResult) -> str:
    name = shorten(file.header[position]) or _("column %(number)s, without a name") % {"number": position + 1}
    example = file.examples[position]
    return f"{name} ({example})" if example else name


def chosen_columns(cleaned: Mapping[str, str]) -> dict[str, int]:
    """Each of our columns with its place in the file, of what a form holds."""
    chosen = {name.removeprefix(PREFIX): value for name, value in cleaned.items() if name.startswith(PREFIX)}
    return {column: int(value) for column, value in chosen.items() if value}


def faults_in_choice(positions: Mapping[str, int], migration_type: CsvType) -> dict[str, str]:
    """A sentence for each field that keeps the file from being read like this."""
    missing = [column for column in REQUIRED[migration_type] if column not in positions]
    places = list(positions.values())
    twice = [column for i, column in enumerate(positions) if places[i] in places[:i]]
    return {
        **{PREFIX + column: _("Choose the column of the file that holds this.") for column in missing},
        **{
            PREFIX + column: _("This column is chosen already. Each column of the file holds one thing.")
            for column in twice
        },
    }
