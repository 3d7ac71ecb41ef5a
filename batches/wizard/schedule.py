"""The step of the wizard that asks when the batch starts, and who is told how it goes."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.models import BatchDraft
from batches.wizard.checks import fault_in_start
from batches.wizard.draft_form import DraftForm
from core.moments import MomentField, next_half_hour
from core.numbers import WholeNumberField

_remove = gettext_lazy("Remove")
MOST_RECIPIENTS = 50
EVERY_DAY = 24
MOST_HOURS = 31 * EVERY_DAY


class RecipientsField(forms.CharField):
    """Addresses, one a line, or with commas or semicolons between them; a list when cleaned."""

    widget = forms.Textarea({"rows": 3, "spellcheck": "false", "autocapitalize": "none", "data-chips": _remove})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        addresses = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", super().clean(value)))))
        if len(addresses) > MOST_RECIPIENTS:
            raise forms.ValidationError(
                _("At most %(number)s addresses. Give the address of a distribution list instead.")
                % {"number": MOST_RECIPIENTS}
            )
        if wrong := [address for address in addresses if not _is_address(address)]:
            raise forms.ValidationError([_fault_in(address) for address in wrong])
        return addresses

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except forms.ValidationError:
        return False
    return True


def _fault_in(address: str) -> str:
    sentence = _("“%(address)s” is not a mail address. Write one address per line, like anna@contoso.com.")
    return sentence % {"address": address}


def recipients_field() -> RecipientsField:
    return RecipientsField(
        label=gettext_lazy("Report recipients"),
        required=False,
        help_text=gettext_lazy(
            "They are told when the batch starts, when something needs attention, and how it ended. One address per line; "
            "blank: nobody."
        ),
    )


def interval_field() -> WholeNumberField:
    return WholeNumberField(
        label=gettext_lazy("Hours between reports"),
        required=False,
        least=0,
        most=MOST_HOURS,
        help_text=gettext_lazy("While the batch runs they get a report this often. 0: only at the end. Blank: 24."),
    )


class StartForm(DraftForm):
    explained_by = ("batch-schedule",)

    start_after = MomentField(label=gettext_lazy("Start after"), required=False)
    notification_emails = recipients_field()
    report_interval_hours = interval_field()

    class Meta:
        model = BatchDraft
        fields = ("start", "start_after", "notification_emails", "report_interval_hours")
        labels: ClassVar = {"start": gettext_lazy("When does the batch start?")}
        widgets: ClassVar = {"start": forms.RadioSelect()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.fields["start_after"].help_text = _("In your time zone, %(zone)s, where it is %(time)s now.") % {
            "zone": timezone.get_current_timezone_name(),
            "time": f"{timezone.localtime(now):%H:%M}",
        }
        self.initial["start_after"] = self.instance.start_after or next_half_hour(now)
        if not self.instance.scheduled:
            self.initial["notification_emails"] = list(filter(None, [self.instance.by.email]))

    def clean_report_interval_hours(self) -> int:
        hours: int | None = self.cleaned_data["report_interval_hours"]
        return EVERY_DAY if hours is None else hours

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "start_after" not in self.errors:
            fault = fault_in_start(data.get("start", ""), data.get("start_after"), now=timezone.now())
            if fault:
                self.add_error("start_after", fault)
        return data

    def save(self, commit: bool = True) -> Any:
        self.instance.scheduled = True
        return super().save(commit)
