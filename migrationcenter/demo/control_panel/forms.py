"""The form of one record."""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.zone
from django import forms
from django.utils.translation import gettext_lazy as _

from migrationcenter.demo.control_panel.records import KINDS, Line, add, host_of

LIFETIMES = (
    (300, _("5 minutes (300)")),
    (600, _("10 minutes (600)")),
    (3600, _("1 hour (3600)")),
    (14400, _("4 hours (14400)")),
    (86400, _("1 day (86400)")),
)


class RecordForm(forms.Form):
    """Tries the record in ``zone``: once it is valid, it stands there."""

    host = forms.CharField(
        label=_("Host"),
        required=False,
        max_length=250,
        help_text=_("@ for the domain itself. The domain is added to whatever you type, unless it ends with a dot."),
    )
    kind = forms.ChoiceField(label=_("Type"), choices=[(kind, kind) for kind in KINDS], initial="TXT")
    value = forms.CharField(label=_("Value"), max_length=4000, strip=False)
    priority = forms.IntegerField(
        label=_("Priority"), required=False, min_value=0, max_value=65535, help_text=_("Of MX records alone.")
    )
    ttl = forms.TypedChoiceField(
        label=_("Lifetime (TTL)"),
        coerce=int,
        choices=LIFETIMES,
        initial=3600,
        help_text=_("All records of one host and type share it."),
    )

    def __init__(self, *args: Any, zone: dns.zone.Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        try:
            line = Line(host_of(given["host"]), given["kind"], given["value"], given["ttl"], given["priority"] or 0)
            add(self._zone, line)
        except ValueError:
            self.add_error("host", _("An alias (CNAME) cannot stand beside other records of the same host."))
        except (dns.exception.DNSException, UnicodeError):
            self.add_error("value", _("That is no host or value for a record of this type."))
        return given
