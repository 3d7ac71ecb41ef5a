"""Everything of a batch that can be changed once it is there. Its name stays."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.choice_forms import FIELDS, ChoiceForm
from batches.csv_import import CsvRow
from batches.models import MigrationBatch
from batches.services import CHANGED_MEANWHILE, begins_later, is_worked_on, settings_mark
from batches.wizard.checks import faults_in_endpoints
from batches.wizard.endpoints import EndpointField
from batches.wizard.schedule import EVERY_DAY, interval_field, recipients_field
from core.moments import MomentField
from endpoints.models import MigrationEndpoint

ENDPOINTS = ("source", "target")


class EditForm(ChoiceForm):
    """Endpoints only while nobody works on the batch, the start only while it is to come."""

    instance: MigrationBatch

    source = EndpointField(MigrationEndpoint.objects, label=gettext_lazy("Source endpoint"), empty_label=None)
    target = EndpointField(MigrationEndpoint.objects, label=gettext_lazy("Target endpoint"), empty_label=None)
    start_after = MomentField(label=gettext_lazy("Start after"))
    notification_emails = recipients_field()
    report_interval_hours = interval_field()

    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # which settings the page was filled with

    class Meta(ChoiceForm.Meta):
        model = MigrationBatch
        fields = (
            *ENDPOINTS,
            *("start_after", "allow_incremental_syncs", "notification_emails", "report_interval_hours"),
            *FIELDS,
        )
        labels: ClassVar = {
            **ChoiceForm.Meta.labels,
            "allow_incremental_syncs": gettext_lazy("Keep mailboxes in step after the first sync"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not begins_later(self.instance, timezone.now()):
            del self.fields["start_after"]
        self.initial["seen"] = self._mark = settings_mark(self.instance)
        busy = is_worked_on(self.instance)
        for side in ENDPOINTS:
            self.fields[side].disabled = busy
            self.fields[side].help_text = _why_fixed() if busy else _what_changes()

    def changes(self) -> dict[str, Any]:
        """The fields of the batch and their values."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def clean_report_interval_hours(self) -> int:
        hours: int | None = self.cleaned_data["report_interval_hours"]
        return EVERY_DAY if hours is None else hours

    def clean_seen(self) -> str:
        """Two people, or two tabs: the second does not silently undo what the first has saved.

        Who is quicker than this is met again when the batch is locked.
        """
        seen: str = self.cleaned_data["seen"]
        if seen and seen != self._mark:
            self.add_error(None, CHANGED_MEANWHILE)
        return seen

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        source, target = data.get("source"), data.get("target")
        if source and target and (source, target) != (self.instance.source, self.instance.target):
            without = self.instance.users.filter(target_password="").values_list("position", "address")
            rows = [CsvRow(position, address) for position, address in without]
            for side, sentence in faults_in_endpoints(self.instance.type, source, target, rows).items():
                self.add_error(side, sentence)
        return data


def _why_fixed() -> str:
    return _("Endpoints can be changed while nobody works on the batch: stop it first, and wait until it has stopped.")


def _what_changes() -> str:
    return _(
        "Another way to the same mailboxes. What has been copied is found again by its content, so nothing comes over twice."
    )
