"""A new password, or another user name, for one mailbox: typed in, where a file would be too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches import services
from batches.csv_import import CsvRow
from batches.csv_import.rows import MAX_NAME, MAX_PASSWORD
from batches.models import MigrationBatch, MigrationType, MigrationUser
from batches.states import Decision, UserStatus
from core.models import Person
from endpoints.models import MigrationEndpoint, SignIn

REFUSED = frozenset({"sign_in_failed", "password_missing"})


@dataclass(frozen=True, slots=True)
class Cure:
    """Where a refused sign-in is put right: with the mailbox (``is_own``), or with the account that its endpoint signs in as."""

    endpoint: MigrationEndpoint
    is_own: bool


def cure_of(user: MigrationUser) -> Cure | None:
    """None where no sign-in failed. Reads the batch's endpoints."""
    endpoint = {"source": user.batch.source, "target": user.batch.target}.get(user.error_side)
    if user.error_code not in REFUSED or user.status != UserStatus.FAILED or endpoint is None:
        return None
    return Cure(endpoint, has_own_password(user.batch, endpoint, user.error_side))


def has_own_password(batch: MigrationBatch, endpoint: MigrationEndpoint, side: str) -> bool:
    """Whether mailboxes of ``batch`` sign in to ``endpoint``, its ``side``, with the passwords of its CSV files."""
    return side == MigrationType(batch.type).password_side and endpoint.sign_in == SignIn.USER


class SignInForm(forms.Form):
    """What is typed is never shown again: not when it is refused either."""

    explained_by = ("user-sign-in",)

    user_name = forms.CharField(
        label=gettext_lazy("User name on the source"),
        required=False,
        max_length=MAX_NAME,
        help_text=gettext_lazy("Blank where it is the address."),
    )
    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: MigrationUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"user_name": user.user_name}
        if user.batch.type != MigrationType.IMAP:
            del self.fields["user_name"]


def correct(user: MigrationUser, form: SignInForm, *, by: Person) -> bool:
    """Keep what was typed; whether the mailbox, which has failed, is tried again with it. Raises NotNow with the reason why not."""
    name, password = form.cleaned_data.get("user_name", ""), form.cleaned_data["password"]
    row = CsvRow(0, user.address, user_name=name, password=password)
    with transaction.atomic():
        if not services.correct_sign_ins(user.batch, [row], by=by):
            raise services.NotNow(_("This is the password that %(name)s has already.") % {"name": user.address})
        if user.batch.decision != Decision.STARTED or user.status != UserStatus.FAILED:
            return False
        return services.command_users("resume", user.batch, [user.pk], by=by).done == 1
