"""What the settings and the fields about people mean, for who points at the question mark beside them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import help

ORGANIZATION: Mapping[str, Promise] = {
    "name": _("So that people see whose migration they look at, and recipients see who writes to them."),
    "language": _("Everybody chooses a language of their own in the menu at the top; this is for who has not."),
    "time_zone": _("Everybody chooses a time zone of their own in the menu at the top; this is for who has not."),
    "incremental_sync_hours": _(
        "Shorter means that people find new mail in the new mailbox earlier, and that the old server is asked more often. "
        "A mailbox with nothing new costs next to nothing."
    ),
}

KEPT: Mapping[str, Promise] = {
    "draft_days": _(
        "A draft may hold a CSV file with passwords, so it does not stay for ever. It counts from its last change."
    ),
    "wipe_passwords": _(
        "The sooner they are forgotten, the less can be stolen; but every sync and every verification needs them."
    ),
    "password_days": _("Long enough for the MX change and the last verification: some weeks."),
    "endpoint_credential_days": _(
        "A forgotten password of an endpoint has to be typed again before a batch can use it. The endpoint itself stays."
    ),
}

ACCESS: Mapping[str, Promise] = {
    "two_factor_for_administrators": _(
        "An administrator can reach everybody's mail. Who signs in by OpenID Connect shows a second factor to the provider."
    ),
    "helpdesk_may_download": _(
        "Reports name every mailbox, and skipped items have subject lines. On the pages helpdesk sees the status only."
    ),
    "username": _("It cannot be changed later: everything that the person does is kept under it."),
    "email": _("The notifications of batches that go to this address are in the language that the person has chosen."),
    "role": _("It can be changed at any time, and counts at once."),
}

PREFERENCES: Mapping[str, Promise] = {
    "language": _("Of the pages, and of the mails that go to your address."),
    "time_zone": _("Every time on a page names its zone. Reports have all times in UTC."),
    "theme": _("Dark or light; as the device means that it changes with it."),
}


def register() -> None:
    help.register("setting", ORGANIZATION, more="organization/#settings")
    help.register("retention", KEPT, more="organization/#what-is-kept-and-for-how-long")
    help.register("access", ACCESS, more="organization/#people-and-roles")
    help.register("preference", PREFERENCES, more="organization/#your-own-account")
