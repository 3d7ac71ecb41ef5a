"""What people may write about a batch: one form for each step of the wizard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.choice_forms import ChoiceForm
from batches.csv_import.problems import problem
from batches.csv_import.reading import MAX_MEGABYTES
from batches.models import BatchDraft, MigrationType
from batches.wizard_checks import fault_in_name, fault_in_start, faults_in_endpoints
from batches.wizard_file import base_name, check_file, correct_file, keep_file, read_file
from endpoints.models import MigrationEndpoint

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


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps the answers of one step."""

    instance: BatchDraft


class TypeForm(DraftForm):
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


class UsersForm(DraftForm):
    """The file, or what to do with the one that is kept."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Choose it, or drop it here. At most 10 MB."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    class Meta:
        model = BatchDraft
        fields = ("allow_unknown_columns",)

    @property
    def correcting(self) -> bool:
        return self.data.get("action") == "correct" and bool(self.instance.csv)

    def clean_file(self) -> UploadedFile[Any] | None:
        upload: UploadedFile[Any] | None = self.cleaned_data["file"]
        if upload and upload.size == 0:
            raise forms.ValidationError(problem("empty_file").message)
        if upload and (upload.size is None or upload.size > MAX_MEGABYTES * 1024 * 1024):
            raise forms.ValidationError(problem("file_too_large", limit=MAX_MEGABYTES).message)
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("file") and "file" not in self.errors and not self._changes_something():
            self.add_error("file", _("Choose the CSV file that lists the mailboxes."))
        return data

    def _changes_something(self) -> bool:
        changed = self.correcting or ("allow_unknown_columns" in self.changed_data and self.instance.csv)
        return bool(changed or self.instance.mailbox_count)

    def save(self, commit: bool = True) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            keep_file(self.instance, upload.read(), upload.name)
        elif self.correcting:
            correct_file(self.instance)
        elif "allow_unknown_columns" in self.changed_data:
            check_file(self.instance)
        return super().save(commit)

    @property
    def leaves(self) -> bool:
        """Whether nothing is new that should be looked at before going on."""
        return not self.correcting and not self.changed_data


class EndpointField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, endpoint: MigrationEndpoint) -> str:
        return f"{endpoint.name} ({endpoint.server})"


class EndpointsForm(DraftForm):
    source = EndpointField(
        MigrationEndpoint.objects,
        label=gettext_lazy("Source endpoint"),
        empty_label=gettext_lazy("Choose an endpoint"),
        help_text=gettext_lazy("The server that holds the mailboxes now. It is only read."),
    )
    target = EndpointField(
        MigrationEndpoint.objects,
        label=gettext_lazy("Target endpoint"),
        empty_label=gettext_lazy("Choose an endpoint"),
        help_text=gettext_lazy("The server that the mailboxes move to. They have to exist there."),
    )

    class Meta:
        model = BatchDraft
        fields = ("source", "target")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        default = MigrationEndpoint.objects.filter(is_default_target=True).first()
        self.initial["target"] = self.initial.get("target") or default

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        source, target = data.get("source"), data.get("target")
        if source and target:
            rows = read_file(self.instance).rows
            for side, sentence in faults_in_endpoints(self.instance.type, source, target, rows).items():
                self.add_error(side, sentence)
        return data


class ConfigurationForm(ChoiceForm, DraftForm):
    name = forms.CharField(
        label=gettext_lazy("Name of the migration batch"),
        max_length=64,
        help_text=gettext_lazy("Letters, digits, dots, hyphens and underscores; no spaces. At most 64."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    recipients = forms.CharField(
        label=gettext_lazy("Report recipients"),
        required=False,
        help_text=gettext_lazy(
            "Addresses, one per line, that are kept with the batch. Reports are downloaded from the batch's page: "
            "no mail is sent."
        ),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
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
        draft = self.instance
        if not draft.name:
            self.initial["name"] = _NOT_IN_NAMES.sub("-", base_name(draft)).strip("-.")[:64]
        kept = draft.notification_emails if draft.name else [draft.by.email]
        self.initial["recipients"] = "\n".join(filter(None, kept))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if _NOT_IN_NAMES.search(name):
            raise forms.ValidationError(
                _("Use only letters, digits, dots, hyphens and underscores; no spaces or other special characters.")
            )
        if fault := fault_in_name(name):
            raise forms.ValidationError(fault)
        return name

    def clean_recipients(self) -> list[str]:
        recipients = re.split(r"[\s,;]+", self.cleaned_data["recipients"].strip())
        for address in filter(None, recipients):
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("“%(address)s” is not a mail address. Write one address per line, like anna@contoso.com.")
                    % {"address": address}
                ) from None
        return list(dict.fromkeys(filter(None, recipients)))

    def save(self, commit: bool = True) -> Any:
        self.instance.notification_emails = self.cleaned_data["recipients"]
        return super().save(commit)


class StartForm(DraftForm):
    start_after = forms.DateTimeField(
        label=gettext_lazy("Start after"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = BatchDraft
        fields = ("start", "start_after")
        labels: ClassVar = {"start": gettext_lazy("When does the batch start?")}
        widgets: ClassVar = {"start": forms.RadioSelect()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["start_after"].help_text = _("In the time zone %(zone)s.") % {"zone": zone}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "start_after" not in self.errors:
            fault = fault_in_start(data.get("start", ""), data.get("start_after"), now=timezone.now())
            if fault:
                self.add_error("start_after", fault)
        return data


FORMS: dict[str, type[DraftForm]] = {
    "type": TypeForm,
    "users": UsersForm,
    "endpoints": EndpointsForm,
    "configuration": ConfigurationForm,
    "start": StartForm,
}
