"""What people fill in about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import Person
from core.organization import organization
from core.preferences import address_of
from core.sign_in import forget_refusals, note_refusal, wait_until
from core.zones import ZoneSelect, zone_names


class SignInForm(AuthenticationForm):
    """Name and password. Guessing is slowed down, see :mod:`core.sign_in`."""

    error_messages = {  # noqa: RUF012
        "invalid_login": _(
            "This name and password do not belong together. Passwords tell capital letters from small ones."
        ),
        "inactive": _("This account is switched off. Ask an administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")

    def clean(self) -> dict[str, Any]:
        name, address = self.cleaned_data.get("username", ""), address_of(self.request) if self.request else None
        self._demand_patience(name, address)
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            note_refusal(name, address, now=timezone.now())
            raise
        if self.get_user():
            forget_refusals(name, address)
        return cleaned

    def _demand_patience(self, name: str, address: str | None) -> None:
        until = wait_until(name, address, now=timezone.now())
        if until:
            sentence = gettext(
                "Too many sign-ins as %(name)s were refused. Wait until %(time)s (%(zone)s), then try again, "
                "or ask an administrator for a new password."
            )
            local = timezone.localtime(until)
            words = {"name": name, "time": formats.time_format(local, "TIME_FORMAT"), "zone": local.tzname()}
            raise forms.ValidationError(sentence % words, code="wait")


def time_zones() -> list[tuple[str, str]]:
    as_set = _("As the organization (%(zone)s)") % {"zone": organization().time_zone}
    return [("", as_set), *zone_names()]


THEMES = [("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Language, time zone and theme. What is not sent stays as it is: the menu sends one of them at a time."""

    explained_by = ("preference",)

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=time_zones,
        widget=ZoneSelect,
        help_text=_("All times are shown in this zone."),
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=THEMES,
        help_text=_("Kept in this browser."),
    )

    class Meta:
        model = Person
        fields = ("language", "time_zone")

    def __init__(self, data: Any = None, *, instance: Person, theme: str) -> None:
        unchanged = {"language": instance.language, "time_zone": instance.time_zone, "theme": theme}
        merged = None if data is None else {**unchanged, **data.dict()}
        super().__init__(merged, instance=instance, initial={"theme": theme})
        self.fields["language"].choices = [("", _("As the browser")), *settings.LANGUAGES]  # type: ignore[attr-defined]
