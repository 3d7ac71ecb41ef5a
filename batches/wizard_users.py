"""The step of the wizard that takes the CSV file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.csv_import.problems import problem
from batches.csv_import.reading import MAX_MEGABYTES
from batches.models import BatchDraft
from batches.wizard_draft import DraftForm
from batches.wizard_file import check_file, correct_file, keep_file


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
        return not self.correcting and not self.changed_data
