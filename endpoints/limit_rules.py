"""What people may write about the limits of an endpoint."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.numbers import WholeNumberField
from core.organization import organization
from endpoints.models import MigrationEndpoint
from endpoints.settings_form import SettingsForm

CONCURRENCY_FIELDS = ("max_concurrent_migrations", "max_concurrent_incremental_syncs")
HOURS_FIELDS = ("hours_from", "hours_until", "whole_days")
SPEED_FIELDS = ("max_messages_per_second", "max_kilobytes_per_second")
LIMIT_FIELDS = (
    *("name", *CONCURRENCY_FIELDS, "connections_per_mailbox"),
    *("compress", *SPEED_FIELDS, *HOURS_FIELDS),
)


MOST_MESSAGES = 100_000
MOST_KILOBYTES = 10_000_000  # 10 GB: more than a network card brings


def _weekdays() -> list[tuple[str, str]]:
    """In the language of whoever looks now."""
    return [(str(number + 1), capfirst(str(name))) for number, name in WEEKDAYS.items()]


class WeekdaysField(forms.MultipleChoiceField):
    """Days of the week as their ISO numbers in a row: "67" is Saturday and Sunday."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_weekdays, **kwargs)

    def prepare_value(self, value: Any) -> list[str]:
        return list(value or ())

    def clean(self, value: Any) -> Any:
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class LimitRules(SettingsForm):
    """Its name, and how much it may be asked to do at once."""

    whole_days = WeekdaysField(required=False)
    max_concurrent_migrations = WholeNumberField(required=False, least=1, most=100)
    max_concurrent_incremental_syncs = WholeNumberField(required=False, least=1, most=100)
    connections_per_mailbox = WholeNumberField(required=False, least=1, most=4)
    max_messages_per_second = WholeNumberField(required=False, least=1, most=MOST_MESSAGES)
    max_kilobytes_per_second = WholeNumberField(required=False, least=1, most=MOST_KILOBYTES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["hours_from"].help_text = _(
            "The server is used only from this time until the next, every day, in the organization's time zone, "
            "%(zone)s. Blank: always."
        ) % {"zone": organization().time_zone}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = MigrationEndpoint.objects.exclude(pk=self._own_key())
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Another endpoint has this name. Choose a different one."))
        return name

    def clean_connections_per_mailbox(self) -> int:
        return self.cleaned_data["connections_per_mailbox"] or 2

    def _own_key(self) -> Any:
        return self.instance.pk if isinstance(self.instance, MigrationEndpoint) else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_hours(data)
        if set(CONCURRENCY_FIELDS) & set(self.errors):
            return data
        migrations, syncs = (data.get(name) for name in CONCURRENCY_FIELDS)
        migrations = 20 if migrations is None else migrations
        syncs = min(10, migrations) if syncs is None else syncs
        if "max_concurrent_incremental_syncs" not in self.changed_data:  # proposed, or from before: it follows
            syncs = min(syncs, migrations)
        data |= {"max_concurrent_migrations": migrations, "max_concurrent_incremental_syncs": syncs}
        if syncs > migrations:
            self.add_error(
                "max_concurrent_incremental_syncs",
                _("This cannot be above the maximum concurrent migrations (%(number)s).") % {"number": migrations},
            )
        return data

    def _check_hours(self, data: dict[str, Any]) -> None:
        """Both times or none; without them no day is an exception."""
        if {"hours_from", "hours_until"} & set(self.errors):
            return
        start, end = data.get("hours_from"), data.get("hours_until")
        if start is None and end is None:
            if data.get("whole_days"):
                self.add_error(
                    "hours_from", _("Give the hours of the other days, or clear the days: it is always allowed then.")
                )
            return
        self.demand_time("hours_from", start)
        self.demand_time("hours_until", end)
        if start == end:
            self.add_error(
                "hours_until",
                _("The hours would end as soon as they begin. Leave both times blank if it is always allowed."),
            )

    def demand_time(self, name: str, value: time | None) -> None:
        """Midnight is a time, though it looks like nothing."""
        if value is None:
            self.add_error(name, _("Give both times, or none."))
