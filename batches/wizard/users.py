"""The step of the wizard that takes the CSV file, and asks what its columns hold where their names do not say it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.csv_import import CsvResult, CsvType
from batches.csv_import.problems import problem
from batches.csv_import.reading import MAX_MEGABYTES
from batches.models import BatchDraft
from batches.wizard.columns import PREFIX, chosen_columns, column_fields, faults_in_choice
from batches.wizard.draft_form import DraftForm
from batches.wizard.file import check_file, choose_columns, correct_file, keep_file, read_file

MOST = MAX_MEGABYTES * 1024 * 1024
# What is wrong with a file whose columns bear other names than ours.
OF_NAMES = frozenset({"column_missing", "column_misspelt", "column_unknown", "column_unnamed", "column_repeated"})


class UsersForm(DraftForm):
    """The file, or what to do with the one that is kept."""

    explained_by = ("batch-file",)

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Choose it, or drop it here. At most 10 MB."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv,text/plain", "data-most": MOST}),
    )

    class Meta:
        model = BatchDraft
        fields = ("allow_unknown_columns",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kept and self.kept.header:
            self.fields.update(column_fields(self.kept, self._type))

    @property
    def _type(self) -> CsvType:
        return cast(CsvType, self.instance.type)

    @cached_property
    def kept(self) -> CsvResult | None:
        """What the file says that was uploaded before."""
        return read_file(self.instance) if self.instance.csv else None

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(PREFIX)]

    @property
    def asks_for_columns(self) -> bool:
        """Whether the names of the columns leave open what they hold, or somebody has already answered that."""
        file = self.kept
        return bool(file and (file.chosen or any(found.code in OF_NAMES for found in file.problems)))

    @property
    def correcting(self) -> bool:
        return self.data.get("action") == "correct" and bool(self.instance.csv)

    def clean_file(self) -> UploadedFile[Any] | None:
        upload: UploadedFile[Any] | None = self.cleaned_data["file"]
        if upload and upload.size == 0:
            raise forms.ValidationError(problem("empty_file").message)
        if upload and (upload.size is None or upload.size > MOST):
            raise forms.ValidationError(problem("file_too_large", limit=MAX_MEGABYTES).message)
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("file") or "file" in self.errors:
            return data
        if self.data.get("action") == "upload":
            self.add_error("file", _("Choose the CSV file that lists the mailboxes."))
        elif self._chooses_columns():
            for name, sentence in faults_in_choice(chosen_columns(data), self._type).items():
                self.add_error(name, sentence)
        elif not self._changes_something():
            self.add_error("file", _("Choose the CSV file that lists the mailboxes."))
        return data

    def _chooses_columns(self) -> bool:
        """Whether the page says something else than how the file is read now."""
        if not self.kept or self.correcting or not any(name.startswith(PREFIX) for name in self.data):
            return False
        read = {column: i for column, i in self.kept.columns.items() if PREFIX + column in self.fields}
        chosen = chosen_columns(self.cleaned_data)
        return chosen != read or bool(faults_in_choice(chosen, self._type))

    def _changes_something(self) -> bool:
        changed = self.correcting or ("allow_unknown_columns" in self.changed_data and self.instance.csv)
        return bool(changed or self.instance.mailbox_count or (self.kept and self.kept.rows))

    def save(self, commit: bool = True) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            keep_file(self.instance, upload.read(), upload.name)
        elif self.correcting:
            correct_file(self.instance)
        elif self.kept and self._chooses_columns():
            choose_columns(self.instance, self.kept.header, chosen_columns(self.cleaned_data))
        elif (
            self.instance.csv
        ):  # what was wrong with it may have been put right elsewhere, as a domain that is verified
            check_file(self.instance)
        return super().save(commit)

    @property
    def leaves(self) -> bool:
        new = self.cleaned_data["file"] or "allow_unknown_columns" in self.changed_data
        return not (new or self.correcting or self._chooses_columns())
