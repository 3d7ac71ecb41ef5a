"""What people may write about a batch: one form for each step of the wizard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.choice_forms import ChoiceForm
from batches.models import BatchDraft, MigrationType
from batches.wizard.checks import fault_in_name
from batches.wizard.draft_form import DraftForm
from batches.wizard.endpoints import EndpointsForm
from batches.wizard.file import base_name, check_file
from batches.wizard.schedule import StartForm
from batches.wizard.users import UsersForm

DESCRIPTIONS = {
    MigrationType.STAGED: gettext_lazy(
        "In waves, for an organization that moves over weeks. The source mailboxes are opened with an administrator's "
        "account. The CSV file lists the addresses, at most 2,000 per batch, and if the target wants them the "
        "passwords of the target mailboxes."
    ),
    MigrationType.IMAP: gettext_lazy(
        "From any IMAP server, with the name and password of each source mailbox in the CSV file, at most 50,000 per "
        "batch. Names and addresses may differ."
    ),
}
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


class TypeForm(DraftForm):
    explained_by = ("batch-type",)

    class Meta:
        model = BatchDraft
        fields = ("type",)
        widgets: ClassVar = {"type": forms.RadioSelect()}

    def choices(self) -> Iterator[tuple[Any, Any]]:
        """Each radio button with what the type is for."""
        return ((radio, DESCRIPTIONS[radio.data["value"]]) for radio in self["type"])

    def save(self, commit: bool = True) -> Any:
        """Every type has columns of its own."""
        if "type" in self.changed_data and self.instance.csv:
            check_file(self.instance)
        return super().save(commit)


class ConfigurationForm(ChoiceForm, DraftForm):
    name = forms.CharField(
        label=gettext_lazy("Name of the migration batch"),
        max_length=64,
        help_text=gettext_lazy("Letters, digits, dots, hyphens and underscores; no spaces. At most 64."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta(ChoiceForm.Meta):
        model = BatchDraft
        fields: ClassVar[tuple[str, ...]] = ("name", "allow_incremental_syncs", *ChoiceForm.Meta.fields)
        labels: ClassVar = {
            **ChoiceForm.Meta.labels,
            "allow_incremental_syncs": gettext_lazy("Keep mailboxes in step after the first sync"),
        }
        help_texts: ClassVar = {
            **ChoiceForm.Meta.help_texts,
            "allow_incremental_syncs": gettext_lazy(
                "What arrives or changes later is copied again and again, until the batch is stopped or deleted. Without "
                "it the batch is done once every mailbox has been copied."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.name:
            self.initial["name"] = _NOT_IN_NAMES.sub("-", base_name(self.instance)).strip("-.")[:64]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if _NOT_IN_NAMES.search(name):
            raise forms.ValidationError(
                _("Use only letters, digits, dots, hyphens and underscores; no spaces or other special characters.")
            )
        if fault := fault_in_name(name):
            raise forms.ValidationError(fault)
        return name


FORMS: dict[str, type[DraftForm]] = {
    "type": TypeForm,
    "users": UsersForm,
    "endpoints": EndpointsForm,
    "configuration": ConfigurationForm,
    "start": StartForm,
}
