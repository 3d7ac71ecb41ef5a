"""Times that people type and read, on the clock that hangs on their wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

HALF_HOUR = timedelta(minutes=30)


class MomentField(forms.DateTimeField):
    """In the viewer's time zone. A time that comes twice, as the clock is put back, is the first of the two."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            return _around_the_change(error.params["datetime"])


def _around_the_change(typed: datetime) -> datetime:
    aware = timezone.make_aware(typed)
    exists = aware.astimezone(UTC).astimezone(aware.tzinfo)
    if exists.replace(tzinfo=None) == typed:
        return aware.astimezone(UTC)
    words = {
        "day": date_format(typed, "DATE_FORMAT"),
        "time": time_format(typed, "H:i"),
        "later": time_format(exists, "H:i"),
        "zone": timezone.get_current_timezone_name(),
    }
    raise forms.ValidationError(
        _(
            "On %(day)s there is no %(time)s in the time zone %(zone)s: the clock is put forward then. Choose another time, "
            "for instance %(later)s."
        )
        % words
    )


def in_words(moment: datetime) -> str:
    """In the viewer's zone, with the zone: ``23 October 2020 07:14 CEST``."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


def comes_twice(moment: datetime) -> bool:
    """Whether the viewer's clock shows this time twice on that day, because it is put back."""
    local = timezone.localtime(moment)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def next_half_hour(now: datetime) -> datetime:
    """The next full or half hour of the viewer's clock."""
    local = timezone.localtime(now).replace(second=0, microsecond=0)
    return local + HALF_HOUR - timedelta(minutes=local.minute % 30)
