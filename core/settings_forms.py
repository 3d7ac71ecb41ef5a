"""What administrators decide for everybody, section by section of the Settings page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.models import OrganizationSettings, PasswordWipe
from core.zones import ZoneSelect, zone_names


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Some of the organization's settings."""

    explained_by: tuple[str, ...] = ("setting", "retention", "access")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = False  # which Django wants where a default is computed

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What was changed: old and new value by the field's name."""
        return {name: (self.initial[name], self.cleaned_data[name]) for name in self.changed_data}


class GeneralForm(SectionForm):
    name = forms.CharField(
        label=_("Name of the organization"),
        max_length=60,  # what has room beside the product's name, and in the subject of a mail
        required=False,
        help_text=_("Shown in the header of every page and in mails. At most 60 characters."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of mails, and of pages for people whose browser asks for none of our languages."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_names,
        widget=ZoneSelect,
        help_text=_("Of people who have not chosen one, and of the hours at which endpoints may be used."),
    )

    class Meta:
        model = OrganizationSettings
        fields = ("name", "language", "time_zone")


HOURS_OUT_OF_BOUNDS = _("Type at least a minute (0.017) and at most a year (8,760).")


class SyncsForm(SectionForm):
    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Whole hours without a decimal point."""
        value = super().get_initial_for_field(field, field_name)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    class Meta:
        model = OrganizationSettings
        fields = ("incremental_sync_hours",)
        error_messages = {  # noqa: RUF012
            "incremental_sync_hours": {"min_value": HOURS_OUT_OF_BOUNDS, "max_value": HOURS_OUT_OF_BOUNDS}
        }
        labels = {"incremental_sync_hours": _("Hours between two incremental syncs")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "incremental_sync_hours": _(
                "How often a synced mailbox looks for new mail on the source; 0.5 is half an hour. "
                "It counts from each mailbox's next sync on."
            )
        }


class RetentionForm(SectionForm):
    class Meta:
        model = OrganizationSettings
        fields = ("draft_days", "wipe_passwords", "password_days", "endpoint_credential_days")
        widgets = {"wipe_passwords": forms.RadioSelect}  # noqa: RUF012
        labels = {  # noqa: RUF012
            "draft_days": _("Days that drafts are kept"),
            "wipe_passwords": _("Forget passwords from CSV files"),
            "password_days": _("Days after the last sync"),
            "endpoint_credential_days": _("Days after which unused endpoint passwords are forgotten"),
        }
        help_texts = {  # noqa: RUF012
            "draft_days": _("Batches and endpoints that somebody began to describe and did not finish."),
            "wipe_passwords": _(
                "A mailbox whose passwords are forgotten cannot be synced or verified again until they are uploaded anew."
            ),
            "password_days": _("Needed for “Some days after the last sync”."),
            "endpoint_credential_days": _(
                "Counted from the end of the last batch that used the endpoint. "
                "Leave it blank to keep passwords until the endpoint is deleted."
            ),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("wipe_passwords") == PasswordWipe.DAYS and not data.get("password_days"):
            self.add_error("password_days", _("Type after how many days passwords are forgotten."))
        return data


class AccessForm(SectionForm):
    class Meta:
        model = OrganizationSettings
        fields = ("two_factor_for_administrators", "helpdesk_may_download")
        labels = {  # noqa: RUF012
            "two_factor_for_administrators": _("Administrators need a second factor"),
            "helpdesk_may_download": _("Helpdesk may download reports"),
        }
        help_texts = {  # noqa: RUF012
            "two_factor_for_administrators": _(
                "Who signs in with a password and has no authenticator yet is led to set one up before anything else."
            ),
            "helpdesk_may_download": _("Otherwise only managers and administrators can."),
        }


SECTIONS: dict[str, type[SectionForm]] = {
    "general": GeneralForm,
    "syncs": SyncsForm,
    "retention": RetentionForm,
    "sign-in": AccessForm,
}
