"""What people did, in words. Each app says its own actions and details when it starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.moments import in_words

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:")

Words = Mapping[str, "str | Promise"]

_sentences: dict[str, str | Promise] = {}
_details: dict[str, str | Promise] = {}
_values: dict[str, Words] = {}
_fields: dict[str, models.Field[Any, Any]] = {}


def say(sentences: Words, details: Words, values: Mapping[str, Words] | None = None) -> None:
    """Add sentences by action, each with a place for ``%(thing)s``, names of details, and of a detail words for its codes."""
    _sentences.update(sentences)
    _details.update(details)
    _values.update(values or {})


def say_fields(model: type[models.Model]) -> None:
    """Let details that are called like fields of ``model`` be named as these are, with the words of their choices."""
    for field in model._meta.concrete_fields:
        _fields[field.name] = field


def sentence(action: str, thing: str) -> str:
    """``Started the batch Wave-1``. An action without a sentence is shown as it was recorded."""
    if action in _sentences:
        return str(_sentences[action]) % {"thing": thing}
    return f"{action}: {thing}"


def actions() -> list[tuple[str, str]]:
    """Every action and its name, for a list to choose from."""
    return sorted(((action, sentence(action, "…")) for action in _sentences), key=lambda pair: pair[1].casefold())


def detail(name: str, value: Any) -> str:
    """``Mailboxes: 12``, ``Time zone: UTC → Asia/Tokyo``."""
    if isinstance(value, dict) and value.keys() == {"from", "to"}:
        return f"{_called(name)}: {_plain(name, value['from'])} → {_plain(name, value['to'])}"
    return f"{_called(name)}: {_plain(name, value)}"


def _called(name: str) -> str:
    if name in _details:
        return str(_details[name])
    return capfirst(str(_fields[name].verbose_name) if name in _fields else name.replace("_", " "))


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value in ("", []):
        return _("nothing")
    if isinstance(value, list):
        return ", ".join(_plain(name, each) for each in value)
    return f"{value:g}" if isinstance(value, float) else _word(name, str(value))


def _word(name: str, value: str) -> str:
    """A code in words, a moment on the viewer's clock; all else as it is."""
    if word := _values.get(name, {}).get(value):
        return str(word)
    if MOMENT.match(value) and (moment := parse_datetime(value)) and moment.tzinfo:
        return in_words(moment)
    choices = dict(_fields[name].flatchoices) if name in _fields else {}
    return str(choices.get(value, value))


say(
    {
        "sign in": gettext_lazy("Signed in as %(thing)s"),
        "sign out": gettext_lazy("Signed out as %(thing)s"),
        "invite person": gettext_lazy("Invited %(thing)s"),
        "mail invitation": gettext_lazy("Sent the link for choosing a password to %(thing)s"),
        "choose password": gettext_lazy("Chose a password for %(thing)s"),
        "change password": gettext_lazy("Changed the password of %(thing)s"),
        "reset password": gettext_lazy("Made a new password link for %(thing)s"),
        "reset two-factor": gettext_lazy("Reset the second factor of %(thing)s"),
        "set up second factor": gettext_lazy("Set up a second factor for %(thing)s"),
        "make recovery codes": gettext_lazy("Made new recovery codes for %(thing)s"),
        "turn off second factor": gettext_lazy("Turned the second factor of %(thing)s off"),
        "link account": gettext_lazy("Linked the account %(thing)s with OpenID Connect"),
        "join by OpenID": gettext_lazy("Joined by OpenID Connect as %(thing)s"),
        "change role": gettext_lazy("Changed the role of %(thing)s"),
        "disable person": gettext_lazy("Disabled the account of %(thing)s"),
        "enable person": gettext_lazy("Enabled the account of %(thing)s"),
        "end sessions": gettext_lazy("Ended the sessions of %(thing)s"),
        "export activity": gettext_lazy("Exported the activity list: %(thing)s"),
        "wipe": gettext_lazy("Deleted what was kept long enough: %(thing)s"),
        "change settings": gettext_lazy("Changed the settings of the organization %(thing)s"),
    },
    {
        "way": gettext_lazy("By"),
        "number": gettext_lazy("Number"),
        "role": gettext_lazy("Role"),
        "mail": gettext_lazy("Mail address"),
        "name": gettext_lazy("Name"),
        "language": gettext_lazy("Language"),
        "time_zone": gettext_lazy("Time zone"),
        "incremental_sync_hours": gettext_lazy("Hours between two incremental syncs"),
        "draft_days": gettext_lazy("Days that drafts are kept"),
        "wipe_passwords": gettext_lazy("Forget passwords from CSV files"),
        "password_days": gettext_lazy("Days after the last sync"),
        "endpoint_credential_days": gettext_lazy("Days after which unused endpoint passwords are forgotten"),
        "helpdesk_may_download": gettext_lazy("Helpdesk may download reports"),
        "two_factor_for_administrators": gettext_lazy("Administrators need a second factor"),
    },
    {
        "language": dict(settings.LANGUAGES),
        "way": {
            "password": gettext_lazy("password"),
            "password and code": gettext_lazy("password and code"),
            "password and recovery code": gettext_lazy("password and recovery code"),
        },
    },
)
